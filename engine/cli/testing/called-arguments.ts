import type { Json } from '../../core/message.ts'
import { Secret } from '../../core/secret.ts'

/** The arguments of a call as a test names them: what was rendered to bytes as the value it came from, secrets as `***`. */
export function calledArguments(value: unknown): Json {
  if (value instanceof Secret) return value.toString()
  if (Array.isArray(value)) return value.map(calledArguments)
  if (value instanceof Uint8Array) return rendered(value)
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object') return null
  if ('bytes' in value && value.bytes instanceof Uint8Array) return rendered(value.bytes)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, calledArguments(part)]))
}

function rendered(bytes: Uint8Array): Json {
  const text = Buffer.from(bytes).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
