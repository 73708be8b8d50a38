import { type Node, placeOf, startOf } from './ast.ts'
import type { ExpressionFinding, ExpressionRule } from './finding.ts'

/** What is found out about an expression while its closures are made. */
export interface Notes {
  /** The names bound from outside that it reads. */
  readonly variables: ReadonlySet<string>
  /** It reads the time or a random source. */
  readonly clock: boolean
  /** Something in it cannot run. */
  readonly refused: boolean
  readonly findings: readonly ExpressionFinding[]
  readsVariable(name: string): void
  readsClock(): void
  /** Says it about a node, whose place is in the source; `text`, where the node stands for more than its first token. */
  report(rule: ExpressionRule, severity: Severity, node: Node, message: string, hint?: string): void
  /** Says it about all of it, as an error. */
  reportWhole(rule: ExpressionRule, message: string): void
  refuse(rule: ExpressionRule, node: Node, message: string, hint?: string): void
}

type Severity = ExpressionFinding['severity']

export function createNotes(source: string): Notes {
  const variables = new Set<string>()
  const findings: ExpressionFinding[] = []
  let clock = false
  let refused = false
  const report = (rule: ExpressionRule, severity: Severity, node: Node, message: string, hint?: string): void => {
    const offset = startOf(node, source)
    // the parser copies parts of the text, and each is to be said once
    const family = rule.split('-')[0] ?? rule
    if (findings.some(finding => finding.rule.startsWith(family) && finding.offset === offset)) return
    findings.push({
      rule,
      severity,
      message,
      offset,
      length: Math.max(1, (placeOf(node) ?? offset + 1) - offset),
      ...(hint === undefined ? {} : { hint }),
    })
  }
  return {
    variables,
    findings,
    get clock() {
      return clock
    },
    get refused() {
      return refused
    },
    readsVariable(name) {
      variables.add(name)
    },
    readsClock() {
      clock = true
    },
    report,
    reportWhole(rule, message) {
      findings.push({ rule, severity: 'error', message, offset: 0, length: source.length })
    },
    refuse(rule, node, message, hint) {
      refused = true
      report(rule, 'error', node, message, hint)
    },
  }
}
