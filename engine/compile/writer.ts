import type { Payload } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Body, Headers, Inbound, Reply } from '../core/message.ts'
import type { Formats, NamedFormat } from './formats.ts'
import type { Read } from './reader.ts'
import type { Invoked } from './revision.ts'
import type { UnreadBodies } from './unread.ts'

export type Writer = (answer: Invoked, read: Read, inbound: Inbound) => Reply

/** For channels that render their replies themselves. */
export const createValueWriter =
  (unread: UnreadBodies): Writer =>
  ({ status, headers, body }) => ({ status, headers, body: { value: unread.read(body) } })

export interface WriterOptions {
  /** The format that the channel says. */
  readonly said: NamedFormat | undefined
  readonly formats: Formats
  readonly unread: UnreadBodies
}

/**
 * A value to bytes: by the first of `content-type` in the reply's headers, the format that the channel says, the client's Accept, the
 * format that was read; else JSON. Bytes and files go as they are; those that nobody read, where they are of that format already.
 */
export function createWriter({ said, formats, unread }: WriterOptions): Writer {
  const json = formats.byType('json')

  return ({ status, headers, body }, read, inbound) => {
    const own = text(headers, 'content-type')
    const how = unread.of(body)
    const target = own === undefined ? said : declared(own, read)
    if (how !== undefined && (how.format === undefined || how.format.key === (target ?? accepted(read, inbound)).key))
      return { status, headers, body: bytesOf(body), contentType: own ?? how.contentType ?? octets }
    const value = how === undefined ? body : how.decode()
    if (value === undefined) return { status, headers, body: nothing, contentType: own }
    if (value instanceof Uint8Array) return { status, headers, body: value, contentType: own ?? octets }
    if (value instanceof Blob) return { status, headers, body: value, contentType: own ?? (value.type === '' ? octets : value.type) }
    const { bytes, contentType } = own === undefined ? render(value, read, inbound) : asDeclared(value, own, target)
    return { status, headers, body: bytes, contentType: own ?? contentType }
  }

  function render(body: Body, read: Read, inbound: Inbound): Payload {
    if (said !== undefined) return said.format.encode(body)
    const chosen = accepted(read, inbound)
    try {
      return chosen.format.encode(body)
    } catch (error) {
      // What a client would like best may have no way to say this value: an object is no text.
      if (chosen === read.format || chosen === json) throw error
      return json.format.encode(body)
    }
  }

  function accepted(read: Read, inbound: Inbound): NamedFormat {
    const type = formats.choose({ accept: text(inbound.headers, 'accept'), read: read.format?.type })
    return type === undefined ? json : find(type, read)
  }

  function declared(contentType: string, read: Read): NamedFormat | undefined {
    const type = formats.choose({ contentType })
    return type === undefined ? undefined : find(type, read)
  }

  function asDeclared(body: Body, contentType: string, format: NamedFormat | undefined): Payload {
    if (format !== undefined) return format.format.encode(body)
    if (typeof body === 'string') return { bytes: Buffer.from(body), contentType }
    throw new SluiceError('INTERNAL', `no format writes ${contentType}, and the reply is not a text`)
  }

  /** As the channel or the request set it up, before its defaults. */
  function find(type: string, { format }: Read): NamedFormat {
    if (said?.type === type) return said
    return format?.type === type ? format : formats.byType(type)
  }
}

const octets = 'application/octet-stream'
const nothing = new Uint8Array(0)

/** Only bytes are unread. */
const bytesOf = (body: Body): Uint8Array => (body instanceof Uint8Array ? body : nothing)

function text(headers: Headers, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return typeof value === 'string' ? value : undefined
}
