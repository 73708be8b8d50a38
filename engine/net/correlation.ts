import { randomBytes } from 'node:crypto'

/** The correlation id of a request: the caller's where it is well-formed, else a new one. */
export type Correlate = (offered: unknown) => string

/** Ids are unique among all processes by a random prefix, and within one by a counter; they are no secret. */
export function createCorrelate(): Correlate {
  const prefix = `${randomBytes(6).toString('hex')}-`
  let count = 0
  return offered => {
    if (typeof offered === 'string' && wellFormed.test(offered)) return offered
    count += 1
    return prefix + count.toString(36)
  }
}

const wellFormed = /^[A-Za-z0-9._-]{8,64}$/
