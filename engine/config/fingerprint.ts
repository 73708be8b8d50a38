import { createHmac, randomBytes } from 'node:crypto'
import { Secret } from '../core/secret.ts'
import type { Framed } from './framed.ts'
import { part } from './schema-of.ts'

/** New for every process: a hash tells that a password changed, and gives nothing to guess it with. */
const key = randomBytes(32)

/** One hash over texts and pieces of configuration; secrets count as what they hide, places do not count. */
export function fingerprint(...things: readonly (string | Framed | undefined)[]): string {
  const hmac = createHmac('sha256', key)
  for (const thing of things) hmac.update(`${typeof thing === 'object' ? canonical(thing) : (thing ?? '-')}\n`)
  return hmac.digest('base64url')
}

/** Keys that a schema names count in any order; in a tree of the author's own their order is part of what he wrote. */
function canonical(framed: Framed): string {
  if (framed.kind === 'scalar') {
    const { value } = framed
    return value instanceof Secret ? JSON.stringify(value.reveal()) : JSON.stringify([value, framed.template])
  }
  if (framed.kind === 'list') return `[${framed.items.map(canonical).join()}]`
  if (framed.kind === 'component') return `${framed.type}(${canonical(framed.config)}${canonical(framed.modifiers)})`
  if (framed.kind === 'unknown') return '?'
  const entries = [...framed.entries].map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`)
  return `{${(part(framed.schema, 'properties') === undefined ? entries : entries.sort((a, b) => (a < b ? -1 : 1))).join()}}`
}
