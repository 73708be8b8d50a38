import { type Retry, SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { HttpAnswer } from './http-exchange.ts'

/**
 * The error that an answer of 400 or above is. `body` is what it says, where it can be read. 425 and 429 did nothing, so they may be tried again;
 * 408, 502, 503, 504 may where the call may be repeated; others not. `retry-after` is honoured.
 */
export function refusedBy(doing: string, { status, headers }: HttpAnswer, body: Json | undefined): SluiceError {
  const retry: Retry = harmless.has(status) ? 'safe' : passing.has(status) ? 'unsafe' : 'never'
  const delayMs = retry === 'never' ? undefined : retryAfter(headers['retry-after'])
  return new SluiceError('UPSTREAM_REFUSED', `${doing}: it answered ${status}`, {
    answer: { status, headers, ...(body !== undefined && { body }) },
    retry,
    ...(delayMs !== undefined && { delayMs }),
  })
}

const harmless: ReadonlySet<number> = new Set([425, 429])
const passing: ReadonlySet<number> = new Set([408, 502, 503, 504])

/** Seconds, or a date (RFC 9110, 10.2.3), in milliseconds from now. */
function retryAfter(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
