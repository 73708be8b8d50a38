import { defineFormat } from '../core/component.ts'
import type { TextFormat } from '../core/config.gen.ts'
import type { Body } from '../core/message.ts'
import { decodeText } from './charset.ts'
import { noBytes, unwritable } from './unwritable.ts'

/** Text, as it is. Numbers and booleans are written as JSON writes them, bytes pass as they are. */
export default defineFormat<TextFormat>({
  mediaTypes: ['text/plain'],
  create: () => ({
    decode: (bytes, contentType) => (bytes.length === 0 ? undefined : decodeText(bytes, contentType, 'text')),
    encode: value => ({ bytes: write(value), contentType: 'text/plain; charset=utf-8' }),
  }),
})

function write(value: Body): Uint8Array {
  if (value === undefined || value === null) return noBytes()
  if (value instanceof Uint8Array) return value
  if (typeof value === 'object') throw unwritable('text', 'an object, a list or a file is not a text')
  return Buffer.from(String(value))
}
