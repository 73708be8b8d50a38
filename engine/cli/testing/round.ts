import { type Loaded, load } from '../../config/load.ts'
import type { LoadedTest } from '../../config/loaded-test.ts'
import { isError } from '../../core/finding.ts'
import type { Registry } from '../../registry/registry.ts'
import { exit, type Invocation } from '../command.ts'
import { printFindings } from '../findings.ts'
import { startGateway } from '../gateway.ts'
import { layTracks } from './coverage.ts'
import { openTestHouse, operationsOf } from './house.ts'
import { liveSystems } from './live.ts'
import { mockedSystems } from './mocks.ts'
import { createMoment, type Moment } from './moment.ts'
import type { Report } from './report.ts'
import { runTests, type TestResult } from './run-tests.ts'
import type { Systems } from './systems.ts'

export interface RoundOptions {
  readonly invocation: Invocation
  readonly registry: Registry
  readonly report: Report
  /** With the real connectors instead of mocks. */
  readonly live: boolean
  /** Findings are shown by somebody else, and no tests are no fault. */
  readonly quiet?: boolean
}

export interface Round {
  /** The exit code. */
  readonly code: number
  /** What was read, for a watch. */
  readonly digests: Loaded['digests']
}

/** Loads the folder as it is now, runs its tests and reports: once through. */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { invocation, registry } = options
  const { terminal, settings, environment } = invocation
  const moment = createMoment()
  const loaded = await load({ folder: settings.config, environment, registry, listen: settings.listen, ambient: moment.ambient })
  const { digests, findings } = loaded
  if (options.quiet !== true) printFindings(findings, { terminal, format: 'text' })
  if (loaded.model === undefined || findings.some(isError)) return { code: exit.failed, digests }
  const wanted = options.quiet === true ? loaded.tests : chosen(loaded, invocation)
  if (wanted.length === 0) return { code: exit.failed, digests }
  if (options.live) return { code: await runLive({ ...options, loaded, moment }, wanted), digests }
  const systems = mockedSystems(loaded.model.connectors.values(), type => operationsOf(registry, type))
  return { code: await runAll({ ...options, loaded, moment }, wanted, systems), digests }
}

interface Ready extends RoundOptions {
  readonly loaded: Loaded
  readonly moment: Moment
}

/** The tests whose pipeline and name hold every word asked for. */
function chosen({ tests }: Loaded, { terminal, settings, positionals }: Invocation): readonly LoadedTest[] {
  const wanted = tests.filter(test => positionals.every(text => `${test.pipeline} ${test.name}`.includes(text)))
  if (wanted.length === 0)
    terminal.err(
      positionals.length === 0
        ? `sluice: there are no tests in ${settings.config.join(' + ')}: write one in a *.test.yaml\n`
        : `sluice: there are no tests named "${positionals.join(' ')}"\n`,
    )
  return wanted
}

/** With the connectors of a gateway of its own, through which nothing comes in. */
async function runLive(ready: Ready, tests: readonly LoadedTest[]): Promise<number> {
  const { terminal, settings, environment } = ready.invocation
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
    return await runAll(ready, tests, liveSystems(gateway.runtime.connectors))
  } finally {
    await gateway.stop(1_000)
  }
}

async function runAll(
  { loaded, registry, moment, report, invocation }: Ready,
  tests: readonly LoadedTest[],
  systems: Systems,
): Promise<number> {
  const { terminal } = invocation
  const { model } = loaded
  if (model === undefined) return exit.failed
  const results: TestResult[] = []
  const tracks = layTracks()
  await runTests(tests, await openTestHouse({ model, registry, systems, moment, tracks, write: terminal.err }), result => {
    results.push(result)
    terminal.out(report.done(result, results.length))
  })
  terminal.out(report.end(results, tests.length === loaded.tests.length ? tracks.coverage(model) : undefined))
  return results.some(({ failures }) => failures.length > 0) ? exit.failed : exit.ok
}
