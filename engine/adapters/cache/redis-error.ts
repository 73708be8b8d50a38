import { SluiceError } from '../../core/errors.ts'
import type { Secret } from '../../core/secret.ts'

/** What a rejected command means: refused by Redis, not sent, or sent without an answer. */
export function toRedisError(thrown: unknown, url: Secret): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (name === 'ReplyError') {
    const [word = ''] = message.split(' ')
    const passing = passes.has(word)
    return new SluiceError('UPSTREAM_REFUSED', `calling ${url}: it answered ${word}`, { cause: thrown, ...(passing && { retry: 'safe' }) })
  }
  if (message.startsWith("Stream isn't writeable"))
    return new SluiceError('UNREACHABLE', `calling ${url}: not connected`, { cause: thrown })
  return new SluiceError('OUTCOME_UNKNOWN', `calling ${url}: the connection was lost before the answer`, { cause: thrown })
}

/** True for refusals of a connection that somebody must cure: credentials, rights, a database that is not there. */
export const needsSomebody = (reason: string): boolean =>
  /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR .*DB index|ERR Client sent AUTH)/i.test(reason)

/** Refusals by a server that did nothing, and soon will. */
const passes: ReadonlySet<string> = new Set(['LOADING', 'BUSY', 'TRYAGAIN', 'MASTERDOWN', 'CLUSTERDOWN', 'READONLY'])
