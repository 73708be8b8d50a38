import type { SluiceError } from '../core/errors.ts'

/** Whether one of `on` names the error: its own code, the table's, or what the called system answered (`404`, `5xx`). None names everything. */
export function matches(on: readonly string[], error: SluiceError): boolean {
  if (on.length === 0) return true
  const answered = error.detail.answer?.status
  return on.some(name => name === error.reason || name === error.code || (answered !== undefined && isStatus(name, answered)))
}

const isStatus = (name: string, status: number): boolean =>
  name === String(status) || name.toLowerCase() === `${Math.floor(status / 100)}xx`
