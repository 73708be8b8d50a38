import { badRequest } from './bad-request.ts'

export type Query = Readonly<Record<string, string | readonly string[]>>

/** True where reading it can fail: then it is read with the head, else when somebody asks. */
export const isIntricate = (query: string): boolean => query !== '' && intricate.test(query)
const intricate = /[^\x21-\x7e]|[%#]/

/** The parameters of a query, `+` as a blank; a repeated name has a list. Throws BAD_REQUEST for what is not percent-encoded UTF-8. */
export function readQuery(query: string): Query {
  // Without a prototype, `__proto__` is a name like any other.
  const parameters: Record<string, string | string[]> = Object.create(null)
  if (query === '') return parameters
  if (/[^\x21-\x7e]|#/.test(query)) throw badRequest('the query has a character that must be percent-encoded')
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    const before = parameters[name]
    if (before === undefined) parameters[name] = value
    else if (typeof before === 'string') parameters[name] = [before, value]
    else before.push(value)
  }
  return parameters
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw badRequest('the query is not percent-encoded UTF-8')
  }
}
