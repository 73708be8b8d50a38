import type { Payload } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Body, Headers, Inbound, Reply } from '../core/message.ts'
import type { Formats, NamedFormat } from './formats.ts'
import type { Read } from './reader.ts'
import type { Invoked } from './revision.ts'

export type Writer = (answer: Invoked, read: Read, inbound: Inbound) => Reply

/** For channels that render their replies themselves. */
export const writeValue: Writer = ({ status, headers, body }) => ({ status, headers, body: { value: body } })

/**
 * A value to bytes: by the first of `content-type` in the reply's headers, the format that the channel says, the client's Accept, the
 * format that was read; else JSON. Bytes and files go as they are.
 */
export function createWriter(said: NamedFormat | undefined, formats: Formats): Writer {
  return ({ status, headers, body }, read, inbound) => {
    const own = text(headers, 'content-type')
    if (body === undefined) return { status, headers, body: nothing, contentType: own }
    if (body instanceof Uint8Array) return { status, headers, body, contentType: own ?? octets }
    if (body instanceof Blob) return { status, headers, body, contentType: own ?? (body.type === '' ? octets : body.type) }
    const { bytes, contentType } = own === undefined ? render(body, said, read, inbound) : asDeclared(body, own, read)
    return { status, headers, body: bytes, contentType: own ?? contentType }
  }

  function render(body: Body, channel: NamedFormat | undefined, read: Read, inbound: Inbound): Payload {
    if (channel !== undefined) return channel.format.encode(body)
    const accept = text(inbound.headers, 'accept')
    const chosen = formats.choose({ accept, read: read.format?.type }) ?? 'json'
    try {
      return find(chosen, read).format.encode(body)
    } catch (error) {
      // What a client would like best may have no way to say this value: an object is no text.
      if (accept === undefined || chosen === 'json') throw error
      return formats.byType('json').format.encode(body)
    }
  }

  function asDeclared(body: Body, contentType: string, read: Read): Payload {
    const type = formats.choose({ contentType })
    if (type !== undefined) return find(type, read).format.encode(body)
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

function text(headers: Headers, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return typeof value === 'string' ? value : undefined
}
