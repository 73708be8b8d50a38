import { randomUUID } from 'node:crypto'
import type { Options } from 'amqplib'
import type { AmqpConnectorOperations } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'
import type { Letter } from './publisher.ts'

type Publish = AmqpConnectorOperations['publish']
type Request = AmqpConnectorOperations['request']

/** Arguments of a call as a message. `ids`: of calls that are tried again, so that the same message has the same id. */
export function letterOf(args: Publish | Request, scope: Scope, ids: WeakMap<object, string>): Letter {
  const { exchange, key, body } = args
  const options: Options.Publish & { messageId: string } = { messageId: args.id ?? idOf(args, ids), mandatory: true, persistent: false }
  if (body !== undefined) options.contentType = body.contentType
  if (args.headers !== undefined) options.headers = args.headers
  if (args.type !== undefined) options.type = args.type
  if (args.appId !== undefined) options.appId = args.appId
  if (args.encoding !== undefined) options.contentEncoding = args.encoding
  if (args.timestamp !== undefined) options.timestamp = args.timestamp
  if (args.priority !== undefined) options.priority = args.priority
  if ('mandatory' in args) {
    options.mandatory = args.mandatory
    options.persistent = args.persistent
    options.correlationId = args.correlationId ?? scope.id
    if (args.replyTo !== undefined) options.replyTo = args.replyTo
  }
  // A request is of no use to anybody when nobody waits for its reply any more.
  const lastsMs = args.expiration ?? ('mandatory' in args ? undefined : scope.remaining)
  if (lastsMs !== undefined) options.expiration = String(Math.ceil(lastsMs))
  const content = contentOf(body?.bytes ?? new Uint8Array())
  checkTexts({ exchange, key }, options)
  return { exchange, key, content, options }
}

function contentOf(bytes: Uint8Array): Buffer {
  if (bytes.length > mostBytes) throw new SluiceError('ARGUMENT_INVALID', `publishing a message: its body is above ${mostBytes} bytes`)
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function checkTexts({ exchange, key }: { readonly exchange: string; readonly key: string }, options: Options.Publish): void {
  checkLength('exchange', exchange)
  checkLength('key', key)
  for (const name of shortTexts) checkLength(name, options[name])
  // RabbitMQ leaves them out of names.
  if (exchange === '' && /[\r\n]/.test(key))
    throw new SluiceError('ARGUMENT_INVALID', 'publishing a message: no queue has a line break in its name')
}

const shortTexts = ['messageId', 'contentType', 'contentEncoding', 'correlationId', 'replyTo', 'type', 'appId'] as const

function checkLength(name: string, text: string | undefined): void {
  // No character takes more than three bytes for each of its units.
  if (text !== undefined && text.length > mostText / 3 && Buffer.byteLength(text) > mostText)
    throw new SluiceError('ARGUMENT_INVALID', `publishing a message: \`${name}\` is above ${mostText} bytes`)
}

function idOf(args: object, ids: WeakMap<object, string>): string {
  const known = ids.get(args)
  if (known !== undefined) return known
  const id = randomUUID()
  ids.set(args, id)
  return id
}

/** What AMQP can say in a short text, in bytes. */
const mostText = 255
/** What RabbitMQ takes at most, in bytes. */
const mostBytes = 128 * 1024 * 1024
