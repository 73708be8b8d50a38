import { SluiceError } from '../../core/errors.ts'

/** What a refused call of the broker is. A lost channel or connection has done nothing that lasts: what was taken goes back, what was asked is asked again. */
export function toAmqpError(thrown: unknown, doing: string): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  const code = replyCode(thrown)
  if (code === 404 || code === 403 || code === 405 || code === 406)
    return refused(doing, { status: code, reason: reasonOf(thrown), cause: thrown })
  return new SluiceError('UNREACHABLE', `${doing}: the connection was lost`, { cause: thrown })
}

/**
 * A refusal that kept nothing. What is missing may be made by somebody who starts later, so trying again can help: `retry` is safe, but for rights
 * and contradictions.
 */
export const refused = (
  doing: string,
  { status, reason, cause }: { readonly status: number; readonly reason: string; readonly cause?: unknown },
): SluiceError =>
  new SluiceError('UPSTREAM_REFUSED', `${doing}: ${reason}`, { answer: { status }, cause, retry: status === 404 ? 'safe' : 'never' })

/** The broker's own number for why it closed something. */
export function replyCode(thrown: unknown): number | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'number' ? code : undefined
}

/** True for refusals of a connection that somebody must cure: credentials, rights, virtual hosts, certificates. */
export const needsSomebody = (reason: string): boolean => /ACCESS.REFUSED|NOT.ALLOWED|certificate|\bSSL\b|\balert\b/i.test(reason)

/** The broker's words, without the library's around them. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  // Several addresses were tried: the error is about all of them, and says nothing itself.
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(reasonOf).join(', ')
  // After the log-in, before the virtual host is opened: the library shows nothing of what the broker says.
  if (thrown.message.includes('got <ConnectionClose')) return 'NOT_ALLOWED - there is no such virtual host, or it is not open to this user'
  const [, said] = /([A-Z]+_[A-Z_]+ - [^"]{1,300})/.exec(thrown.message) ?? []
  return said ?? thrown.message.slice(0, 300)
}
