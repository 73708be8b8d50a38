import type { Refusal } from '../core/component.ts'
import { codes, type SluiceError } from '../core/errors.ts'

/** The most violations that a caller is told. */
const most = 20

/**
 * What a caller may see of an error. Of its own faults, and of what an author's `fail` says, the sentence; of ours and of the systems we
 * called, only what the table says of the code. The log has the rest, under the same id.
 */
export function refusalOf(error: SluiceError, id: string): Refusal {
  const { code, fault, status, reason, detail } = error
  const own = code === 'REFUSED'
  const told = own || fault === 'sender'
  const violations = told ? (detail.violations ?? []) : []
  return {
    id,
    status,
    fault,
    code: reason,
    text: told ? error.message : codes[code].text,
    headers: detail.headers ?? {},
    violations: violations.slice(0, most),
    violationCount: Math.max(violations.length, told ? (detail.violationCount ?? 0) : 0),
    details: own ? detail.details : undefined,
  }
}
