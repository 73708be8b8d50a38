import { SluiceError } from '../core/errors.ts'
import type { Body, Inbound, Source } from '../core/message.ts'
import type { Formats, NamedFormat } from './formats.ts'
import type { UnreadBodies } from './unread.ts'

/** A body as a value, and how it was read. */
export interface Read {
  readonly body: Body
  /** Undefined where there was nothing to read. */
  readonly format: NamedFormat | undefined
  readonly coerce: boolean
}

export interface ReaderOptions {
  /** The format that the channel says. */
  readonly said: NamedFormat | undefined
  readonly formats: Formats
  /** Where bytes are kept that nobody looks into; absent where somebody does. */
  readonly unread: UnreadBodies | undefined
}

/**
 * Bytes to a value: by the format that the channel says, else by the content type, which is JSON where none is given. Throws UNSUPPORTED,
 * MALFORMED. Bytes that nobody looks into, path parameters neither, stay unread, and then are of any type.
 */
export function createReader({ said, formats, unread }: ReaderOptions): (inbound: Inbound) => Read | Promise<Read> {
  const json = formats.byType('json')
  const coerce = said?.coerce ?? true
  const read = (bytes: Uint8Array, { contentType, source }: Inbound): Read => {
    if (bytes.byteLength === 0) return { body: undefined, format: undefined, coerce }
    const format = said ?? (contentType === undefined ? json : formats.byContentType(contentType))
    if (unread !== undefined && !hasParams(source)) return { body: keep(unread, bytes, format, contentType), format, coerce }
    if (format === undefined) throw new SluiceError('UNSUPPORTED', 'no format reads this content type')
    return { body: format.format.decode(bytes, contentType), format, coerce: format.coerce }
  }
  const keep = (bodies: UnreadBodies, bytes: Uint8Array, format: NamedFormat | undefined, contentType: string | undefined): Body =>
    bodies.keep(bytes, {
      contentType: said === undefined ? (contentType ?? json.mediaType) : said.mediaType,
      format,
      decode: () => (format === undefined ? bytes : format.format.decode(bytes, contentType)),
    })
  return inbound => {
    const { body } = inbound
    if (body instanceof Uint8Array) return read(body, inbound)
    if (body instanceof Blob) return body.arrayBuffer().then(buffer => read(new Uint8Array(buffer), inbound))
    return { body: body.value, format: undefined, coerce }
  }
}

function hasParams({ params }: Source): boolean {
  for (const _ in params) return true
  return false
}
