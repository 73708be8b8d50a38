import type { LoadedTest } from '../../config/loaded-test.ts'
import { type Scenario, scenarios } from './cases.ts'
import { deliver } from './deliver.ts'
import type { TestHouse } from './house.ts'
import { judge } from './judge.ts'
import { runQueued } from './queued.ts'
import { TestFault } from './test-fault.ts'

export interface TestResult {
  readonly name: string
  readonly pipeline: string
  readonly file: string
  readonly line: number
  readonly durationMs: number
  /** Empty: passed. */
  readonly failures: readonly string[]
}

/** Runs tests one after the other; a test that cannot be run fails with the reason. */
export async function runTests(tests: readonly LoadedTest[], house: TestHouse, done: (result: TestResult) => void): Promise<void> {
  for (const scenario of tests.flatMap(scenarios)) {
    const started = performance.now()
    const failures = scenario.fault === undefined ? await runScenario(scenario, house) : [scenario.fault]
    const { name, pipeline, where } = scenario
    done({ name, pipeline, file: where.file, line: where.line, durationMs: Math.round(performance.now() - started), failures })
  }
}

async function runScenario(scenario: Scenario, { systems, moment, compile }: TestHouse): Promise<readonly string[]> {
  const tested = compile()
  systems.begin(scenario.mock)
  moment.begin()
  const failures: string[] = []
  for (const [at, { given, expected }] of scenario.messages.entries()) {
    const before = scenario.messages.length > 1 ? `message ${at + 1}: ` : ''
    try {
      moment.stand(given.now)
      const delivered = await deliver(tested, scenario.pipeline, given)
      const queued = await runQueued(tested)
      failures.push(...queued.map(text => before + text), ...judge(expected, delivered, systems.take()).map(text => before + text))
    } catch (error) {
      if (!(error instanceof TestFault)) throw error
      failures.push(before + error.message)
    }
  }
  return failures
}
