import type { Body } from '../core/message.ts'

/** A key as a text; undefined where it is nothing. Bytes are no key. */
export function keyText(key: Body): string | undefined {
  if (key === undefined || key === null || key instanceof Uint8Array || key instanceof Blob) return undefined
  return typeof key === 'string' ? key : JSON.stringify(key)
}
