import { randomBytes } from 'node:crypto'

/** Makes correlation ids for messages that come without one: a random beginning and a count. */
export function createIds(): () => string {
  const beginning = randomBytes(9).toString('base64url')
  let count = 0
  return () => `${beginning}-${(count++).toString(36)}`
}

/** A correlation id that is taken over as it came. */
export function isWellFormed(id: string | undefined): id is string {
  if (id === undefined || id.length < 8 || id.length > 64) return false
  // A third of what a regular expression costs: it is asked of every message.
  for (let at = 0; at < id.length; at++) if (!isIdCharacter(id.charCodeAt(at))) return false
  return true
}

/** `[A-Za-z0-9._-]`. */
const isIdCharacter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 45 || code === 46 || code === 95
