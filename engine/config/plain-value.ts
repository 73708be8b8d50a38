import { Secret } from '../core/secret.ts'
import type { Framed } from './framed.ts'

/** A framed tree as the JSON that its schema describes. Components inside are left to their own schemas; where an expression stands, anything may. */
export function plainValue(framed: Framed): unknown {
  if (framed.kind === 'scalar') return framed.value instanceof Secret ? framed.value.reveal() : framed.value
  if (framed.kind === 'list') return framed.items.map(plainValue)
  if (framed.kind === 'map') return Object.fromEntries([...framed.entries].map(([key, value]) => [key, plainValue(value)]))
  return {}
}
