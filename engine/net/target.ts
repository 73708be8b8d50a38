import { badRequest } from './bad-request.ts'

/** The request target, cut at the question mark. Both still percent-encoded. */
export interface Target {
  readonly path: string
  readonly query: string
}

/** Reads origin-form and absolute-form (RFC 9112 3.2). Throws BAD_REQUEST: 414 above `maxBytes`, 400 for an absolute form whose host is not the header's. */
export function readTarget(url: string, host: string | undefined, maxBytes: number): Target {
  if (url.length > maxBytes) throw badRequest(`the request target is longer than ${maxBytes} bytes`, 414)
  const origin = url.charCodeAt(0) === slash ? url : fromAbsolute(url, host)
  const mark = origin.indexOf('?')
  if (mark < 0) return { path: origin, query: '' }
  return { path: origin.slice(0, mark), query: origin.slice(mark + 1) }
}

/** A path that no route has literally, decoded. Throws BAD_REQUEST for whatever another server could read as another path. */
export function decodePath(path: string): string {
  if (ambiguous.test(path)) throw badRequest('the path has a character, a segment or an encoding that is not taken here')
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    throw badRequest('the path is not percent-encoded UTF-8')
  }
}

/** Not ASCII or a control character · `\` and `#` · `//` · encoded `/`, `\`, NUL · `.` and `..`, also encoded. */
const ambiguous = /[^\x21-\x7e]|[\\#]|\/\/|%(?:2f|5c|00)|\/(?:\.|%2e){1,2}(?:\/|$)/i

function fromAbsolute(url: string, host: string | undefined): string {
  const parts = /^https?:\/\/([^/?#@]+)(.*)$/i.exec(url)
  const [, authority, rest = ''] = parts ?? []
  if (authority === undefined) throw badRequest('the request target is neither a path nor an http address')
  if (authority.toLowerCase() !== host?.toLowerCase()) throw badRequest('the request target names another host than the header host')
  return rest.startsWith('/') ? rest : `/${rest}`
}

const slash = 47
