import type { HttpConnectorOperations } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import { Secret } from '../../core/secret.ts'

/** The path of the connector's address, without a slash at its end: everything that is called is below it. */
export const basePath = (url: string): string => new URL(url).pathname.replace(/\/+$/, '')

/**
 * The path and query of a call, below `base`. Splices in `path` came encoded, so a message cannot choose another resource than one segment names.
 * Throws ARGUMENT_INVALID for what would leave `base`, and for a query or fragment in the path.
 */
export function targetOf(base: string, path: string, query: Query | undefined): string {
  const below = pathBelow(path)
  const whole = below === '' ? base || '/' : `${base}/${below}`
  const parameters = query === undefined ? '' : render(query)
  return parameters === '' ? whole : `${whole}?${parameters}`
}

type Query = NonNullable<HttpConnectorOperations['get']['query']>

function pathBelow(path: string): string {
  const below = path.replace(/^\/+/, '')
  if (/[?#]/.test(below)) throw invalid('`path` holds `?` or `#`; parameters are given in `query`')
  if (below.includes('\\')) throw invalid('`path` holds a backslash')
  for (const segment of below.split('/')) if (/^(\.|%2e){1,2}$/i.test(segment)) throw invalid('`path` has a segment that is `.` or `..`')
  return /^[\x21-\x7e]*$/.test(below) ? below : below.replace(/[^\x21-\x7e]/gu, encode)
}

function render(query: Query): string {
  const pairs: string[] = []
  for (const [name, value] of Object.entries(query)) {
    // An argument without a value leaves its name out.
    if (value === undefined || value === null) continue
    for (const item of Array.isArray(value) ? value : [value]) pairs.push(`${encode(name)}=${encode(text(item))}`)
  }
  return pairs.join('&')
}

const text = (value: unknown): string => (value instanceof Secret ? value.reveal() : String(value))

function encode(part: string): string {
  try {
    return encodeURIComponent(part)
  } catch {
    throw invalid('a text holds half of a surrogate pair, which a URL cannot say')
  }
}

const invalid = (fault: string): SluiceError => new SluiceError('ARGUMENT_INVALID', `calling an HTTP server: ${fault}`)
