import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SluiceError } from '../core/errors.ts'
import type { Headers, Reply } from '../core/message.ts'
import { hasBody } from './body.ts'
import type { Incoming } from './incoming.ts'
import type { EdgeLimits } from './limits.ts'
import { linger } from './linger.ts'
import { guardStall, watchStall } from './stall.ts'

export interface ReplyOptions {
  /** The correlation id. */
  readonly id: string
  /** The connection ends with this reply. */
  readonly closing: boolean
  readonly limits: EdgeLimits
}

/** Writes a reply: one head and one end. Throws for what HTTP cannot say (CR, LF, NUL in a header; a status below 200), before anything is written. */
export function writeReply(incoming: Incoming, response: ServerResponse, reply: Reply, options: ReplyOptions): void {
  const { status, body } = reply
  if (!Number.isInteger(status) || status < 200 || status > 999) throw new SluiceError('INTERNAL', `replying with the status ${status}`)
  const content = body instanceof Blob || body instanceof Uint8Array ? body : noBytes(body.value)
  const unread = hasUnread(incoming)
  const bodiless = status === 204 || status === 304
  const length = content instanceof Blob ? content.size : content.byteLength
  response.writeHead(status, head(reply, options.id, bodiless ? undefined : length, options.closing || unread))

  const { limits } = options
  const empty = bodiless || length === 0 || incoming.method === 'HEAD'
  if (content instanceof Blob && !empty) {
    stream(content, response, limits)
    return
  }
  // As: an empty reply writes nothing, and a Blob that is not empty has left.
  const bytes = content as Uint8Array
  if (unread) {
    if (empty) response.flushHeaders()
    else response.write(bytes)
    linger(incoming, response, limits)
    return
  }
  if (empty) response.end()
  else if (bytes.byteLength > smallBytes) response.end(bytes)
  else response.end(asLatin1(bytes), 'latin1')
  guardStall(response, limits.writeStallMs)
}

/** Node sends a text in one piece with the head, and bytes in a second one: up to this size, copying is cheaper. */
const smallBytes = 2_048
const asLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** More of a body is to come than Node throws away by itself without harm to the next request. */
function hasUnread(incoming: Incoming): boolean {
  if (incoming.complete || !hasBody(incoming)) return false
  const length = Number(incoming.headers['content-length'] ?? Number.NaN)
  return !(length <= 65_536)
}

function noBytes(value: unknown): Uint8Array {
  if (value !== undefined) throw new SluiceError('INTERNAL', 'replying with a value that was not rendered')
  return nothing
}
const nothing = new Uint8Array(0)

function head(reply: Reply, id: string, length: number | undefined, closing: boolean): string[] {
  const { headers, contentType } = reply
  const lines = ['x-correlation-id', id]
  if (length !== undefined) lines.push('content-length', String(length))
  if (closing) lines.push('connection', 'close')
  if (contentType !== undefined && headers['content-type'] === undefined) lines.push('content-type', contentType)
  for (const name of Object.keys(headers)) if (!ours.has(name)) append(lines, name, headers[name])
  return lines
}

function append(lines: string[], name: string, value: Headers[string] | undefined): void {
  if (typeof value === 'string') lines.push(name, value)
  else if (Array.isArray(value)) for (const one of value) lines.push(name, String(one))
  else if (value !== undefined) lines.push(name, String(value))
}

/** What frames the reply and belongs to the connection is not an author's to say. */
const ours: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-correlation-id',
])

function stream(content: Blob, response: ServerResponse, limits: EdgeLimits): void {
  watchStall(response, limits.writeStallMs)
  // As: the two declarations of one stream, Node's and the web's, do not know each other. A failure has destroyed the response: the caller sees it cut.
  pipeline(Readable.fromWeb(content.stream() as Parameters<typeof Readable.fromWeb>[0]), response).catch(() => response.destroy())
}
