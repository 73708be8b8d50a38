import type { Payload } from '../core/component.ts'
import type { Body } from '../core/message.ts'
import type { NamedFormat } from './formats.ts'

/** Renders what is sent: bytes and files go as they are, values by the format. A file is read when it is sent. */
export function renderPayload(
  value: Exclude<Body, undefined>,
  said: NamedFormat | undefined,
  byDefault: NamedFormat,
): Payload | Promise<Payload> {
  const mediaType = said?.mediaType
  if (value instanceof Uint8Array) return { bytes: value, contentType: mediaType ?? 'application/octet-stream' }
  if (value instanceof Blob) {
    const contentType = mediaType ?? (value.type === '' ? 'application/octet-stream' : value.type)
    return value.arrayBuffer().then(buffer => ({ bytes: new Uint8Array(buffer), contentType }))
  }
  return (said ?? byDefault).format.encode(value)
}
