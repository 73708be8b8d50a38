import type { Payload } from '../core/component.ts'
import type { Body } from '../core/message.ts'
import type { NamedFormat } from './formats.ts'
import type { UnreadBodies } from './unread.ts'

export interface PayloadOptions {
  /** The format that the call or its connector says. */
  readonly said: NamedFormat | undefined
  readonly json: NamedFormat
  readonly unread: UnreadBodies
}

/** Renders what is sent: values by the format said, else JSON; bytes and files as they are. A file is read when it is sent. */
export function renderPayload(value: Body, { said, json, unread }: PayloadOptions): Payload | undefined | Promise<Payload> {
  const target = said ?? json
  const how = unread.of(value)
  if (how !== undefined && value instanceof Uint8Array && (how.format === undefined || how.format.key === target.key))
    return { bytes: value, contentType: how.contentType ?? octets }
  const body = how === undefined ? value : how.decode()
  if (body === undefined) return undefined
  if (body instanceof Uint8Array) return { bytes: body, contentType: said?.mediaType ?? octets }
  if (body instanceof Blob) {
    const contentType = said?.mediaType ?? (body.type === '' ? octets : body.type)
    return body.arrayBuffer().then(buffer => ({ bytes: new Uint8Array(buffer), contentType }))
  }
  return target.format.encode(body)
}

const octets = 'application/octet-stream'
