import { SluiceError } from '../core/errors.ts'
import type { Body, Content, Json } from '../core/message.ts'

/** A body as bytes. `none`: there is none; `value`: JSON of a value that came without bytes. */
export interface StoredBody {
  readonly kind: 'bytes' | 'value' | 'none'
  readonly bytes: Uint8Array
}

/** Throws INTERNAL for a value that JSON cannot say. */
export async function storeBody(content: Content): Promise<StoredBody> {
  if (content instanceof Uint8Array) return { kind: 'bytes', bytes: content }
  if (content instanceof Blob) return { kind: 'bytes', bytes: new Uint8Array(await content.arrayBuffer()) }
  const { value } = content
  if (value instanceof Uint8Array || value instanceof Blob) return await storeBody(value)
  if (value === undefined) return { kind: 'none', bytes: new Uint8Array() }
  return { kind: 'value', bytes: new TextEncoder().encode(JSON.stringify(value)) }
}

/** What was stored. */
export const restoreBody = ({ kind, bytes }: StoredBody): Content => (kind === 'bytes' ? bytes : { value: parsed(kind, bytes) })

function parsed(kind: 'value' | 'none', bytes: Uint8Array): Body {
  if (kind === 'none') return undefined
  try {
    // What storeBody wrote.
    return JSON.parse(new TextDecoder().decode(bytes)) as Json
  } catch (cause) {
    throw new SluiceError('INTERNAL', 'a stored body cannot be read', { cause })
  }
}
