import { codes, type SluiceError } from '../core/errors.ts'
import type { Reply } from '../core/message.ts'
import { STATUS_CODES } from '../core/node-http.ts'

/** A refusal where no channel has a say: problem details (RFC 9457). What is not the caller's fault is told in general words only. */
export function problem(error: SluiceError, id: string): Reply {
  const { status, reason, fault, detail } = error
  const text = fault === 'sender' ? error.message : codes[error.code].text
  const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: text, code: reason, id }
  return { status, headers: detail.headers ?? {}, contentType: 'application/problem+json', body: Buffer.from(JSON.stringify(body)) }
}
