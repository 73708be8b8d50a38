import { randomBytes } from 'node:crypto'

/** Makes correlation ids for messages that come without one: a random beginning and a count. */
export function createIds(): () => string {
  const beginning = randomBytes(9).toString('base64url')
  let count = 0
  return () => `${beginning}-${(count++).toString(36)}`
}
