import { type Coverage, coverageLines } from './coverage.ts'
import { asJunit } from './report-junit.ts'
import { tapEnd, tapLine } from './report-tap.ts'
import type { TestResult } from './run-tests.ts'

/** One way to say how tests went: text for what is known at once, and for what is known in the end. */
export interface Report {
  done(result: TestResult, number: number): string
  /** `coverage`: where all tests were run. */
  end(results: readonly TestResult[], coverage: Coverage | undefined): string
}

export const reports: Readonly<Record<string, Report>> = {
  text: { done: textLine, end: textEnd },
  json: { done: () => '', end: asJson },
  tap: { done: tapLine, end: tapEnd },
  junit: { done: () => '', end: asJunit },
}

/** For who looks on while writing: what fails, and one line. */
export const briefReport: Report = {
  done: result => (result.failures.length === 0 ? '' : textLine(result)),
  end: results => {
    const { passed, failed } = counts(results)
    return `tests: ${passed} passed, ${failed} failed\n`
  },
}

function textLine({ name, pipeline, durationMs, failures, file, line }: TestResult): string {
  if (failures.length === 0) return `ok   ${pipeline}: ${name} (${durationMs} ms)\n`
  return [`FAIL ${pipeline}: ${name} (${file}:${line})`, ...failures.map(text => `       ${text}`), ''].join('\n')
}

function textEnd(results: readonly TestResult[], coverage: Coverage | undefined): string {
  const { passed, failed } = counts(results)
  return [...coverageLines(coverage), `${passed} passed, ${failed} failed`, ''].join('\n')
}

function asJson(results: readonly TestResult[], coverage: Coverage | undefined): string {
  const covered = coverage === undefined ? {} : { coverage }
  return `${JSON.stringify({ ...counts(results), results, ...covered }, null, 2)}\n`
}

function counts(results: readonly TestResult[]): { readonly passed: number; readonly failed: number } {
  const failed = results.filter(({ failures }) => failures.length > 0).length
  return { passed: results.length - failed, failed }
}
