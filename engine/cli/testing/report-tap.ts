import { type Coverage, coverageLines } from './coverage.ts'
import type { TestResult } from './run-tests.ts'

/** TAP version 14: what is wrong stands in a YAML block below its line. */
export function tapLine({ name, pipeline, durationMs, failures, file, line }: TestResult, number: number): string {
  const title = `${number} - ${escaped(`${pipeline}: ${name}`)}`
  const start = number === 1 ? 'TAP version 14\n' : ''
  if (failures.length === 0) return `${start}ok ${title}\n`
  const facts = [`at: ${JSON.stringify(`${file}:${line}`)}`, `duration_ms: ${durationMs}`, 'failures:']
  const block = ['---', ...facts, ...failures.map(text => `  - ${JSON.stringify(text)}`), '...'].map(text => `  ${text}`)
  return [`${start}not ok ${title}`, ...block, ''].join('\n')
}

export function tapEnd(results: readonly TestResult[], coverage: Coverage | undefined): string {
  return [`1..${results.length}`, ...coverageLines(coverage).map(text => `# ${text}`), ''].join('\n')
}

const escaped = (text: string): string => text.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ')
