import { SluiceError } from '../core/errors.ts'
import type { Body, Inbound } from '../core/message.ts'
import type { Formats, NamedFormat } from './formats.ts'

/** A body as a value, and how it was read. */
export interface Read {
  readonly body: Body
  /** Undefined where there was nothing to read. */
  readonly format: NamedFormat | undefined
  readonly coerce: boolean
}

/** Bytes to a value: by the format that the channel says, else by the content type, which is JSON where none is given. Throws UNSUPPORTED, MALFORMED. */
export function createReader(said: NamedFormat | undefined, formats: Formats): (inbound: Inbound) => Read | Promise<Read> {
  const json = formats.byType('json')
  const coerce = said?.coerce ?? true
  const read = (bytes: Uint8Array, contentType: string | undefined): Read => {
    if (bytes.byteLength === 0) return { body: undefined, format: undefined, coerce }
    const format = said ?? (contentType === undefined ? json : formats.byContentType(contentType))
    if (format === undefined) throw new SluiceError('UNSUPPORTED', 'no format reads this content type')
    return { body: format.format.decode(bytes, contentType), format, coerce: format.coerce }
  }
  return ({ body, contentType }) => {
    if (body instanceof Uint8Array) return read(body, contentType)
    if (body instanceof Blob) return body.arrayBuffer().then(buffer => read(new Uint8Array(buffer), contentType))
    return { body: body.value, format: undefined, coerce }
  }
}
