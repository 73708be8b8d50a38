import type { Message } from '../core/message.ts'

/** The message as a plugin gets it: frozen to the bottom. What is not frozen yet is copied, so that nothing else pays for it. */
export const frozenMessage = (message: Message): Message => frozen(message)

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Blob) return value
  // A copy of the same keys with the same values, frozen: of the same type.
  if (Array.isArray(value)) return Object.freeze(value.map(frozen)) as Value
  const copy = {}
  for (const [key, item] of Object.entries(value)) Object.defineProperty(copy, key, { value: frozen(item), enumerable: true })
  return Object.freeze(copy) as Value
}
