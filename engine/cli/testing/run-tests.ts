import { mock } from 'node:test'
import type { LiveConnector, Revision } from '../../compile/revision.ts'
import { type LoadedTest, type Scenario, scenarios } from './cases.ts'
import { deliver, TestFault } from './deliver.ts'
import { judge } from './judge.ts'
import type { Mocks } from './mocks.ts'

export interface TestResult {
  readonly name: string
  readonly pipeline: string
  readonly file: string
  readonly line: number
  readonly durationMs: number
  /** Empty: passed. */
  readonly failures: readonly string[]
}

/** The house of the tests: a revision whose connectors are mocks, made anew for each scenario so that none sees another's state. */
export interface TestHouse {
  readonly mocks: Mocks | undefined
  compile(connectors: ReadonlyMap<string, LiveConnector> | undefined): {
    readonly revision: Revision
    readonly failure: () => string | undefined
  }
}

/** Runs tests one after the other; a test that cannot be run fails with the reason. */
export async function runTests(tests: readonly LoadedTest[], house: TestHouse, done: (result: TestResult) => void): Promise<void> {
  for (const scenario of tests.flatMap(scenarios)) {
    const started = performance.now()
    const failures = await runScenario(scenario, house)
    const { name, pipeline, where } = scenario
    done({ name, pipeline, file: where.file, line: where.line, durationMs: Math.round(performance.now() - started), failures })
  }
}

async function runScenario(scenario: Scenario, { mocks, compile }: TestHouse): Promise<readonly string[]> {
  const { revision, failure } = compile(mocks?.connectors)
  mocks?.begin(scenario.mock)
  const failures: string[] = []
  for (const [at, { given, expected }] of scenario.messages.entries()) {
    const before = scenario.messages.length > 1 ? `message ${at + 1}: ` : ''
    try {
      const delivered = await atTime(given.now, () => deliver(revision, scenario.pipeline, given, failure))
      failures.push(...judge(expected, delivered, mocks?.take() ?? new Map()).map(text => before + text))
    } catch (error) {
      if (!(error instanceof TestFault)) throw error
      failures.push(before + error.message)
    }
  }
  return failures
}

/** Runs with the clock standing at `now`, and `$uuid()` counting up. */
async function atTime<T>(now: string | undefined, work: () => Promise<T>): Promise<T> {
  let count = 0
  const uuid = mock.method(globalThis.crypto, 'randomUUID', () => `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`)
  if (now !== undefined) {
    const time = Date.parse(now)
    if (Number.isNaN(time)) throw new TestFault(`"${now}" is not a time: write 2013-09-06T12:00:00Z`)
    mock.timers.enable({ apis: ['Date'], now: time })
  }
  try {
    return await work()
  } finally {
    uuid.mock.restore()
    if (now !== undefined) mock.timers.reset()
  }
}
