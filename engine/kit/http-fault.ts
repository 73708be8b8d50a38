import { SluiceError } from '../core/errors.ts'

/** What stopped a request before a byte of it was sent. */
export function notSent(doing: string, thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  const code = codeOf(thrown)
  if (code.startsWith('UND_ERR_INVALID'))
    return new SluiceError('ARGUMENT_INVALID', `${doing}: not a request that HTTP can carry`, { cause: thrown })
  // A certificate that is not trusted today will not be a second from now.
  const never = untrusted.test(code) ? ({ retry: 'never' } as const) : undefined
  return new SluiceError('UNREACHABLE', `${doing}: ${code}`, { cause: thrown, ...never })
}

/** What happened instead of a whole answer. */
export function unanswered(doing: string, thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  const code = codeOf(thrown)
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return new SluiceError('TIMEOUT', `${doing}: no answer in time`, { cause: thrown })
  if (code.startsWith('HPE_') || code === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new SluiceError('UPSTREAM_MALFORMED', `${doing}: the answer is not HTTP that can be read: ${code}`, { cause: thrown })
  return new SluiceError('OUTCOME_UNKNOWN', `${doing}: the connection was lost before the whole answer came: ${code}`, { cause: thrown })
}

const untrusted = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_SSL_)/

/** The code of an error of Node or undici, else its name: short, and without anything of the request. */
export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name
}
