import { isError } from '../core/finding.ts'
import type { Logger } from '../core/ports.ts'
import type { Outcome } from '../runtime/outcome.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from './command.ts'
import { counted, printFindings } from './findings.ts'

/**
 * Says how each attempt to change the configuration ended, with its findings, once: as text where a person reads the log, else as lines of the log.
 * A start that fails is told as text in any case: nothing reads that log any more.
 */
export function outcomeTeller(terminal: Terminal, settings: Settings): (outcome: Outcome, log: Logger) => void {
  let first = true
  return (outcome, log) => {
    const asText = settings.log.format === 'text'
    if (asText || outcome.kind === 'broken') printFindings(outcome.findings, { terminal, format: 'text' })
    else logFindings(outcome, log)
    if (asText && !first) terminal.out(`${outcomeSentence(outcome)}\n`)
    first = false
  }
}

/** `refused: 1 error; revision 3 runs on`. */
export function outcomeSentence({ kind, findings, revision, durationMs }: Outcome): string {
  const found = findings.length === 0 ? '' : `: ${counted(findings)}`
  return `${kind}${found}; revision ${revision} ${kind === 'applied' ? `runs, after ${durationMs} ms` : 'runs on'}`
}

function logFindings({ findings }: Outcome, log: Logger): void {
  for (const finding of findings) {
    const { rule, message, hint, file, line, column } = finding
    log[isError(finding) ? 'error' : 'warn']('finding', { rule, message, hint, file, line, column })
  }
}
