import { defineFormat } from '../core/component.ts'
import type { BytesFormat } from '../core/config.gen.ts'
import type { Body } from '../core/message.ts'
import { noBytes, unwritable } from './unwritable.ts'

/** Bytes, as they are. A text is written in UTF-8. */
export default defineFormat<BytesFormat>({
  mediaTypes: ['application/octet-stream'],
  create: () => ({
    decode: bytes => (bytes.length === 0 ? undefined : bytes),
    encode: value => ({ bytes: write(value), contentType: 'application/octet-stream' }),
  }),
})

function write(value: Body): Uint8Array {
  if (value === undefined) return noBytes()
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return Buffer.from(value)
  throw unwritable('bytes', 'only bytes and texts are bytes')
}
