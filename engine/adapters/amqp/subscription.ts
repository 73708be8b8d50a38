import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import type { Handle, Host } from '../../core/component.ts'
import type { AmqpChannel } from '../../core/config.gen.ts'
import { asSluiceError, SluiceError } from '../../core/errors.ts'
import type { Reply } from '../../core/message.ts'
import { inTime } from '../../kit/in-time.ts'
import { reasonOf } from './amqp-error.ts'
import { inboundOf } from './inbound.ts'

export interface SubscriptionOptions {
  readonly config: AmqpChannel
  readonly handle: Handle
  /** After the run, before the message is acknowledged. */
  readonly answer: (message: ConsumeMessage, reply: Reply, signal: AbortSignal) => Promise<void>
  readonly log: Host['log']
  /** It gets no more messages, and nobody asked it to. Once. */
  readonly lost: (reason: string) => void
}

/**
 * One AMQP channel with one consumer on it. Messages are settled on the channel that brought them or not at all: their numbers mean others on any
 * other. What is not settled when it closes is the broker's to give again.
 */
export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #channel: Channel
  readonly #cut = new AbortController()
  /** No message is wanted any more. */
  readonly #stopped = new AbortController()
  #tag: string | undefined
  #isOver = false
  /** The channel is no more. */
  #isClosed = false
  #reason: string | undefined
  #open = 0
  #taken = 0
  #closing: Promise<void> | undefined
  #idle = Promise.withResolvers<void>()

  private constructor(channel: Channel, options: SubscriptionOptions) {
    this.#channel = channel
    this.#options = options
    channel.on('error', (error: Error) => {
      this.#reason = reasonOf(error)
    })
    channel.on('close', () => this.#closed())
  }

  /** Rejects as the client library does. */
  static async open(model: ChannelModel, options: SubscriptionOptions): Promise<Subscription> {
    const { queue, prefetch, exclusive } = options.config
    const channel = await model.createChannel()
    const made = new Subscription(channel, options)
    await channel.prefetch(prefetch)
    const { consumerTag } = await channel.consume(queue, message => made.#take(message), { exclusive })
    made.#tag = consumerTag
    return made
  }

  /** Messages that it was given so far. */
  get taken(): number {
    return this.#taken
  }

  /** Messages that it has. */
  get open(): number {
    return this.#open
  }

  /** Whether it still gets messages. */
  get isLive(): boolean {
    return !this.#isOver
  }

  /** Resolves when it has no message any more. */
  get idle(): Promise<void> {
    return this.#open === 0 || this.#isClosed ? Promise.resolve() : this.#idle.promise
  }

  /** Takes no more. What waits to be given back is given back at once. Never rejects, bounded. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#stopped.abort()
    const tag = this.#tag
    if (tag === undefined || this.#isClosed) return
    try {
      await inTime(this.#channel.cancel(tag), never, politeMs)
    } catch {
      // The channel is gone, and with it the consumer.
    }
  }

  /** What is under way shall give its messages back. */
  cut(): void {
    this.#cut.abort(new SluiceError('CANCELLED', 'the channel closes'))
  }

  /** What was settled arrives first. Never rejects, bounded, idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#isOver = true
    this.#stopped.abort()
    if (this.#isClosed) return
    try {
      await inTime(this.#channel.close(), never, politeMs)
    } catch {
      // Closed already.
    }
  }

  #take(message: ConsumeMessage | null): void {
    if (message === null) this.#lose('the broker cancelled the consumer: its queue is gone')
    // What was on its way when the consumer was cancelled is here, and is run.
    else if (this.#cut.signal.aborted || this.#closing !== undefined) this.#settle(message, 'give back')
    else void this.#work(message)
  }

  /** Never rejects. */
  async #work(message: ConsumeMessage): Promise<void> {
    const { config, handle, answer } = this.#options
    this.#taken++
    this.#open++
    try {
      const reply = await handle(inboundOf(message, config.queue), this.#cut)
      if (config.reply && message.properties.replyTo !== undefined) await answer(message, reply, this.#cut.signal)
      this.#settle(message, config.deadLetter === 'broker' && reply.buried !== undefined ? 'reject' : 'acknowledge')
    } catch (thrown) {
      await this.#rest(asSluiceError(thrown).detail.delayMs ?? restMs)
      this.#settle(message, 'give back')
    }
    this.#open--
    if (this.#open === 0) this.#becomeIdle()
  }

  #settle(message: ConsumeMessage, how: 'acknowledge' | 'reject' | 'give back'): void {
    if (this.#isClosed) return
    try {
      if (how === 'acknowledge') this.#channel.ack(message)
      else this.#channel.nack(message, false, how === 'give back')
    } catch (error) {
      // It is closing: the broker gives the message again.
      this.#options.log.debug('not settled', { how, error })
    }
  }

  /** What is given back at once comes at once. */
  #rest(ms: number): Promise<void> {
    const { signal } = this.#stopped
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const go = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', go)
        resolve()
      }
      const timer = setTimeout(go, ms)
      signal.addEventListener('abort', go)
    })
  }

  #closed(): void {
    this.#isClosed = true
    this.#lose(this.#reason ?? 'the channel was closed')
    this.cut()
    this.#stopped.abort()
    this.#becomeIdle()
  }

  #lose(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    // What was not opened tells whoever opens it.
    if (this.#tag !== undefined) this.#options.lost(reason)
  }

  #becomeIdle(): void {
    this.#idle.resolve()
    this.#idle = Promise.withResolvers()
  }
}

const never = new AbortController().signal
/** How long the broker may take to answer a goodbye, in milliseconds. */
const politeMs = 1000
/** After what was not taken, where nobody says for how long, in milliseconds. */
const restMs = 5000
