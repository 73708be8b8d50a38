import type { Message } from 'amqplib'
import type { Result } from '../../core/component.ts'
import type { Headers } from '../../core/message.ts'

/** A message that came in, as the result of a call. */
export function asResult(message: Message): Result {
  const { content, properties } = message
  return {
    body: content.length === 0 ? undefined : content,
    contentType: textOf(properties.contentType),
    found: true,
    headers: headersOf(message),
  }
}

/**
 * The sender's own headers, names in lower case, and over them what AMQP itself says of a message, by the names of its specification. What is
 * neither text, number nor boolean, nor a list of texts, is JSON text.
 */
export function headersOf({ fields, properties }: Message): Headers {
  const headers: Record<string, Headers[string]> = {}
  const own: Readonly<Record<string, unknown>> = properties.headers ?? {}
  for (const name of Object.keys(own)) {
    const said = headerOf(own[name])
    if (said === undefined) continue
    const lower = name.toLowerCase()
    // Assigned, this one would be no header.
    if (lower === '__proto__') Object.defineProperty(headers, lower, { value: said, enumerable: true, writable: true, configurable: true })
    else headers[lower] = said
  }
  headers['exchange'] = fields.exchange
  headers['routing-key'] = fields.routingKey
  headers['redelivered'] = fields.redelivered
  for (const [property, name] of names) {
    const value: unknown = properties[property]
    if (typeof value === 'string' || typeof value === 'number') headers[name] = value
  }
  return headers
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function headerOf(value: unknown): Headers[string] | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value
  // A timestamp, a decimal: the library says its type beside it.
  if (typeof value === 'object' && '!' in value && value['!'] === 'timestamp' && 'value' in value) return Number(value.value)
  return JSON.stringify(value)
}

const names = [
  ['contentType', 'content-type'],
  ['contentEncoding', 'content-encoding'],
  ['messageId', 'message-id'],
  ['correlationId', 'correlation-id'],
  ['replyTo', 'reply-to'],
  ['expiration', 'expiration'],
  ['priority', 'priority'],
  ['timestamp', 'timestamp'],
  ['type', 'type'],
  ['userId', 'user-id'],
  ['appId', 'app-id'],
] as const
