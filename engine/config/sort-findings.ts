import type { Finding } from '../core/finding.ts'

/** By file, then by place; what two stages both say is said once. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const distinct = new Map(
    findings.map(finding => [`${finding.file}:${finding.line}:${finding.column}:${finding.rule}:${finding.message}`, finding]),
  )
  return [...distinct.values()].sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
