import type { ConsumeMessage } from 'amqplib'
import type { Inbound, Json } from '../../core/message.ts'
import { headersOf, textOf } from './received.ts'

/** A message off a queue, as the engine takes it. */
export function inboundOf(message: ConsumeMessage, queue: string): Inbound {
  const { content, fields, properties } = message
  const { exchange, routingKey, redelivered } = fields
  const headers = headersOf(message)
  const source: Record<string, Json> = { queue, exchange, routingKey, redelivered }
  for (const name of told) {
    const value: unknown = properties[name]
    if (typeof value === 'string' || typeof value === 'number') source[name] = value
  }
  return {
    body: content,
    contentType: textOf(properties.contentType),
    headers,
    source,
    id: textOf(headers['x-correlation-id']) ?? textOf(properties.correlationId),
    traceparent: textOf(headers['traceparent']),
    redelivered: attemptsOf(message),
  }
}

const told = ['messageId', 'correlationId', 'replyTo', 'type', 'appId', 'userId', 'priority', 'timestamp'] as const

/** A quorum queue counts how often it gave a message; a classic one only knows whether it did. */
function attemptsOf({ fields, properties }: ConsumeMessage): number | undefined {
  const count: unknown = properties.headers?.['x-delivery-count']
  if (typeof count === 'number' && count > 0) return count
  return fields.redelivered ? 1 : undefined
}
