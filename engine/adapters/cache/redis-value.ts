import type { Body } from '../../core/message.ts'
import { findExcess } from '../../formats/json-scan.ts'

/**
 * The value of a text in Redis, null: there is none. Another program may have written it: what is not JSON, or nested too deeply to be handled,
 * is the text itself; a number that cannot be held exactly is its digits.
 */
export function readValue(text: string | null): Body {
  if (text === null) return undefined
  const excess = findExcess(text, { numbers: true })
  if (excess !== undefined && excess.kind !== 'number') return text
  try {
    return excess === undefined ? JSON.parse(text) : JSON.parse(text, keepDigits)
  } catch {
    return text
  }
}

function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value
  if (!Number.isFinite(value)) return source
  return /^-?\d+$/.test(source) && BigInt(source) !== BigInt(value) ? source : value
}
