import type { IncomingMessage } from 'node:http'
import { badRequest } from './bad-request.ts'

/**
 * Refuses a head that two parsers could read differently, and that Node takes. Throws BAD_REQUEST.
 * `fields` is the most header lines allowed: Node would silently forget those above its own maximum.
 */
export function checkHead({ headers, rawHeaders, httpVersion }: IncomingMessage, fields: number): void {
  let names = 0
  for (const name in headers) {
    if (name.includes('_')) throw underscore()
    names += 1
  }
  if (names * 2 !== rawHeaders.length) checkRepeated(rawHeaders, fields)
  else if (names > fields) throw tooMany()

  if (headers.host === undefined && httpVersion !== '1.0') throw badRequest('the header host is missing')
  const coding = headers['transfer-encoding']
  if (coding === undefined) return
  // RFC 9112 6.1: a coding besides chunked, or with HTTP/1.0, is where request smuggling begins.
  if (coding.toLowerCase() !== 'chunked') throw badRequest('the header transfer-encoding may only be "chunked"')
  if (httpVersion !== '1.1') throw badRequest('the header transfer-encoding needs HTTP/1.1')
}

/** Some field came twice, or was forgotten by Node (`__proto__`). */
function checkRepeated(rawHeaders: readonly string[], fields: number): void {
  if (rawHeaders.length > fields * 2) throw tooMany()
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    if (name.includes('_')) throw underscore()
    if (seen.has(name) && single.has(name)) throw badRequest(`the header ${name} came twice`)
    seen.add(name)
  }
}

/** RFC 9110 5.3: fields that are no list. Of two, one reader takes the first and another the last. */
const single: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'transfer-encoding',
  'traceparent',
  'x-correlation-id',
])

// CGI and its heirs turn "_" and "-" into the same thing.
const underscore = () => badRequest('a header name has an underscore')
const tooMany = () => badRequest('too many header fields', 431)
