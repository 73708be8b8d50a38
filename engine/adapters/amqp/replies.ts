import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { ConsumeMessage } from 'amqplib'
import type { Host } from '../../core/component.ts'
import { asSluiceError, type SluiceError } from '../../core/errors.ts'
import type { Reply } from '../../core/message.ts'
import { backoff, reconnecting } from '../../kit/backoff.ts'
import type { AmqpClient } from './client.ts'
import type { Letter } from './publisher.ts'
import { textOf } from './received.ts'

export interface RepliesOptions {
  readonly client: AmqpClient
  readonly log: Host['log']
}

/** Answers messages that name a queue for it. */
export class Replies {
  readonly #options: RepliesOptions

  constructor(options: RepliesOptions) {
    this.#options = options
  }

  /**
   * Resolves when the broker keeps the reply, or nobody waits for it any more. While it takes none the reply waits, for as long as the message is
   * the gateway's: rejects when `signal` aborts.
   */
  async send(message: ConsumeMessage, reply: Reply, signal: AbortSignal): Promise<void> {
    const to = textOf(message.properties.replyTo)
    if (to === undefined || to === '') return
    const letter = await letterOf(to, message, reply)
    for (let attempt = 1; ; attempt++) {
      const error = await this.#try(letter)
      if (error === undefined) return
      if (isFinal(error)) return this.#options.log.info('reply not taken', { to, error })
      await setTimeout(backoff(attempt, reconnecting), undefined, { signal })
    }
  }

  async #try(letter: Letter): Promise<SluiceError | undefined> {
    try {
      await this.#options.client.send(letter)
      return undefined
    } catch (thrown) {
      return asSluiceError(thrown)
    }
  }
}

/** Nobody has such a queue any more, or what is said cannot be said in AMQP. */
const isFinal = ({ retry, detail }: SluiceError): boolean => retry === 'never' || detail.answer?.status === 404

async function letterOf(to: string, { properties }: ConsumeMessage, reply: Reply): Promise<Letter> {
  const { 'content-type': _, ...headers } = reply.headers
  const correlationId = textOf(properties.correlationId) ?? textOf(properties.messageId)
  return {
    exchange: '',
    key: to,
    content: await bytesOf(reply.body),
    options: {
      messageId: randomUUID(),
      ...(correlationId !== undefined && { correlationId }),
      ...(reply.contentType !== undefined && { contentType: reply.contentType }),
      headers: { ...headers, status: reply.status },
      // As the request is: a reply that nobody waits for any more is of no use.
      persistent: properties.deliveryMode === 2,
      mandatory: true,
    },
  }
}

async function bytesOf(body: Reply['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.length)
  if (body instanceof Blob) return Buffer.from(await body.arrayBuffer())
  return body.value === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body.value))
}
