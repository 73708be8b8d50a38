import { compile } from '../compile/compile.ts'
import type { LiveConnector } from '../compile/revision.ts'
import { load } from '../config/load.ts'
import { isError } from '../core/finding.ts'
import type { Model } from '../core/model.ts'
import { systemClock } from '../core/ports.ts'
import { createLog } from '../observe/log.ts'
import { Registry } from '../registry/registry.ts'
import { type Definitions, loadDefinitions } from '../runtime/definitions.ts'
import { State } from '../runtime/state.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { printFindings } from './findings.ts'
import { startGateway } from './gateway.ts'
import { mockConnectors } from './testing/mocks.ts'
import { runTests, type TestHouse, type TestResult } from './testing/run-tests.ts'

export const command: Command = {
  summary: 'Runs the tests beside the pipelines, every connector mocked.',
  usage: '[NAME] [--format text|json] [--live]',
  options: {
    format: { type: 'string', value: 'FORMAT', description: 'text (default) or json' },
    live: { type: 'boolean', description: 'uses the real connectors instead of mocks' },
  },
  run,
}

async function run(invocation: Invocation): Promise<number> {
  const { terminal, settings, environment, positionals, options } = invocation
  const registry = await Registry.open({ plugins: settings.plugins })
  const { model, tests, findings } = await load({ folder: settings.config, environment, registry, listen: settings.listen })
  printFindings(findings, { terminal, format: 'text' })
  if (model === undefined || findings.some(isError)) return exit.failed
  const wanted = tests.filter(test => positionals.every(text => `${test.pipeline} ${test.name}`.includes(text)))
  const results: TestResult[] = []
  const show = (result: TestResult): void => {
    results.push(result)
    if (options.format !== 'json') terminal.out(`${line(result)}\n`)
  }
  const live =
    options.live === true
      ? await startGateway({
          settings: { ...settings, log: { level: 'error', format: 'text' } },
          environment,
          write: terminal.err,
          serving: false,
        })
      : undefined
  const house = await testHouse(model, registry, terminal.err, live?.runtime.revision === undefined ? undefined : live.runtime.connectors)
  await runTests(wanted, house, show)
  await live?.stop(1_000)
  registry.close()
  const failed = results.filter(result => result.failures.length > 0).length
  if (options.format === 'json') terminal.out(`${JSON.stringify({ passed: results.length - failed, failed, results }, null, 2)}\n`)
  else terminal.out(`${results.length - failed} passed, ${failed} failed\n`)
  if (results.length === 0)
    terminal.err(
      `sluice: there are no tests${positionals.length === 0 ? ` in ${settings.config}: write one in a *.test.yaml` : ` named "${positionals.join(' ')}"`}\n`,
    )
  return failed > 0 || results.length === 0 ? exit.failed : exit.ok
}

async function testHouse(
  model: Model,
  registry: Registry,
  write: (text: string) => void,
  live: ReadonlyMap<string, LiveConnector> | undefined,
): Promise<TestHouse> {
  const definitions: Definitions = await loadDefinitions(model, registry)
  const operationsOf = (type: string): readonly string[] => {
    const schema = registry.schema('connector', type) as
      | { readonly $defs?: { readonly operations?: Readonly<Record<string, unknown>> } }
      | undefined
    return Object.keys(schema?.$defs?.operations ?? {})
  }
  return {
    mocks: live === undefined ? mockConnectors(model.connectors.values(), operationsOf) : undefined,
    compile(mocked) {
      let code: string | undefined
      const revision = compile({
        model,
        connectors: mocked ?? live ?? new Map(),
        definitions,
        schema: (kind, type) => registry.schema(kind, type),
        documents: registry.documents,
        state: new State(),
        access: record => {
          code = record.error
        },
        log: createLog({ level: 'error', format: 'text', write }),
        clock: systemClock,
      })
      return { revision, failure: () => code }
    },
  }
}

function line({ name, pipeline, durationMs, failures, file, line: at }: TestResult): string {
  if (failures.length === 0) return `ok   ${pipeline}: ${name} (${durationMs} ms)`
  return [`FAIL ${pipeline}: ${name} (${file}:${at})`, ...failures.map(text => `       ${text}`)].join('\n')
}
