import type { ParseStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import { chain } from '../chain.ts'
import { defineStep } from '../step.ts'

/** Text, bytes or a file to a value; nothing stays nothing. Throws MALFORMED. */
export default defineStep<ParseStep>({
  compile: ({ config }, context) => {
    const { format, type } = context.formats.of(config.parse)
    const from = config.from === undefined ? undefined : context.value(config.from)
    return message =>
      chain(bytesOf(from === undefined ? message.body : from(message), type), bytes => ({
        ...message,
        body: bytes && format.decode(bytes, undefined),
      }))
  },
  looks: ({ config }, look) => config.from === undefined || look.into(config.from),
  replaces: () => true,
})

function bytesOf(value: Body, type: string): Uint8Array | undefined | Promise<Uint8Array> {
  if (value === undefined || value instanceof Uint8Array) return value
  if (value instanceof Blob) return value.arrayBuffer().then(buffer => new Uint8Array(buffer))
  if (typeof value === 'string') return Buffer.from(value)
  throw new SluiceError('MALFORMED', `reading ${type}: it is neither a text nor bytes`)
}
