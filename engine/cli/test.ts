import { type Loaded, load } from '../config/load.ts'
import type { LoadedTest } from '../config/loaded-test.ts'
import { isError } from '../core/finding.ts'
import type { Model } from '../core/model.ts'
import { Registry } from '../registry/registry.ts'
import { type Command, exit, type Invocation } from './command.ts'
import { printFindings } from './findings.ts'
import { startGateway } from './gateway.ts'
import { openTestHouse, operationsOf } from './testing/house.ts'
import { liveSystems } from './testing/live.ts'
import { mockedSystems } from './testing/mocks.ts'
import { createMoment, type Moment } from './testing/moment.ts'
import { runTests, type TestResult } from './testing/run-tests.ts'
import type { Systems } from './testing/systems.ts'

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
  const { terminal, settings, environment, options } = invocation
  const registry = await Registry.open({ plugins: settings.plugins })
  try {
    const moment = createMoment()
    const loaded = await load({ folder: settings.config, environment, registry, listen: settings.listen, ambient: moment.ambient })
    printFindings(loaded.findings, { terminal, format: 'text' })
    if (loaded.model === undefined || loaded.findings.some(isError)) return exit.failed
    const wanted = chosen(loaded, invocation)
    if (wanted.length === 0) return exit.failed
    const house = { model: loaded.model, registry, moment }
    return options.live === true
      ? await runLive(wanted, house, invocation)
      : await runAll(
          wanted,
          { ...house, systems: mockedSystems(loaded.model.connectors.values(), type => operationsOf(registry, type)) },
          invocation,
        )
  } finally {
    registry.close()
  }
}

interface House {
  readonly model: Model
  readonly registry: Registry
  readonly moment: Moment
}

/** The tests whose pipeline and name hold every word asked for. */
function chosen({ tests }: Loaded, { terminal, settings, positionals }: Invocation): readonly LoadedTest[] {
  const wanted = tests.filter(test => positionals.every(text => `${test.pipeline} ${test.name}`.includes(text)))
  if (wanted.length === 0)
    terminal.err(
      positionals.length === 0
        ? `sluice: there are no tests in ${settings.config}: write one in a *.test.yaml\n`
        : `sluice: there are no tests named "${positionals.join(' ')}"\n`,
    )
  return wanted
}

/** With the connectors of a gateway of its own, through which nothing comes in. */
async function runLive(tests: readonly LoadedTest[], house: House, invocation: Invocation): Promise<number> {
  const { terminal, settings, environment } = invocation
  const gateway = await startGateway({
    settings: { ...settings, log: { level: 'error', format: 'text' } },
    environment,
    write: terminal.err,
    serving: false,
  })
  try {
    if (gateway.outcome.kind === 'broken') {
      printFindings(gateway.outcome.findings, { terminal, format: 'text' })
      return exit.cannotStart
    }
    return await runAll(tests, { ...house, systems: liveSystems(gateway.runtime.connectors) }, invocation)
  } finally {
    await gateway.stop(1_000)
  }
}

async function runAll(
  tests: readonly LoadedTest[],
  house: House & { readonly systems: Systems },
  { terminal, options }: Invocation,
): Promise<number> {
  const results: TestResult[] = []
  const show = (result: TestResult): void => {
    results.push(result)
    if (options.format !== 'json') terminal.out(`${line(result)}\n`)
  }
  await runTests(tests, await openTestHouse({ ...house, write: terminal.err }), show)
  const failed = results.filter(result => result.failures.length > 0).length
  const passed = results.length - failed
  terminal.out(
    options.format === 'json' ? `${JSON.stringify({ passed, failed, results }, null, 2)}\n` : `${passed} passed, ${failed} failed\n`,
  )
  return failed > 0 ? exit.failed : exit.ok
}

function line({ name, pipeline, durationMs, failures, file, line: at }: TestResult): string {
  if (failures.length === 0) return `ok   ${pipeline}: ${name} (${durationMs} ms)`
  return [`FAIL ${pipeline}: ${name} (${file}:${at})`, ...failures.map(text => `       ${text}`)].join('\n')
}
