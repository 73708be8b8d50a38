import type { ChannelModel } from 'amqplib'
import type { Consumer, Handle, Host } from '../../core/component.ts'
import type { AmqpChannel } from '../../core/config.gen.ts'
import type { Status } from '../../core/ports.ts'
import { backoff, reconnecting } from '../../kit/backoff.ts'
import { inTime } from '../../kit/in-time.ts'
import { reasonOf, replyCode } from './amqp-error.ts'
import type { AmqpClient } from './client.ts'
import { AmqpLink } from './link.ts'
import { QueueWatch } from './queue-watch.ts'
import { Replies } from './replies.ts'
import { Subscription } from './subscription.ts'

export interface AmqpConsumerOptions {
  readonly config: AmqpChannel
  readonly client: AmqpClient
  readonly handle: Handle
  readonly host: Host
}

/** Keeps one subscription to a queue alive, whatever becomes of connection, channel and queue. */
export class AmqpConsumer implements Consumer {
  readonly #options: AmqpConsumerOptions
  readonly #link: AmqpLink
  readonly #watch: QueueWatch
  readonly #replies: Replies
  #current: Subscription | undefined
  /** Those that get no more messages, and still have some. */
  readonly #leaving = new Set<Subscription>()
  #isOpen = false
  /** Losses in a row, and when the last was. */
  #losses = 0
  #lostAt = Number.NEGATIVE_INFINITY
  #again: NodeJS.Timeout | undefined
  #tending: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(options: AmqpConsumerOptions) {
    const { config, client, host } = options
    this.#options = options
    const status = (said: Status): void => {
      // Its successor has the same name.
      if (this.#closing === undefined) host.status(said)
    }
    const prepare = (model: ChannelModel): Promise<Status | undefined> => {
      const tending = this.#tend(model)
      this.#tending = tending.catch(() => {})
      return tending
    }
    this.#link = new AmqpLink(client.config, { id: host.id, log: host.log, status }, { prepare, everyMs: lookMs, lost: 'connecting' })
    this.#watch = new QueueWatch(config.queue, client.config)
    this.#replies = new Replies({ client, log: host.log })
  }

  prepare(signal: AbortSignal): Promise<void> {
    return this.#link.start(signal)
  }

  open(): void {
    if (this.#closing !== undefined) return
    this.#isOpen = true
    this.#link.lookAgain()
  }

  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal)
    return this.#closing
  }

  async #close(signal: AbortSignal): Promise<void> {
    this.#isOpen = false
    clearTimeout(this.#again)
    await inTime(this.#tending, signal, cutMs)
    await this.#retire()
    const leaving = [...this.#leaving]
    const all = Promise.all(leaving.map(one => one.idle))
    if (!(await inTime(all, signal, everMs))) {
      for (const one of leaving) one.cut()
      if (!(await inTime(all, never, cutMs))) {
        // What does not heed that it is cut may yet have its effect: until it ends nobody else gets its message.
        void inTime(all, never, lingerMs).then(() => this.#end(never))
        return
      }
    }
    await this.#end(signal)
  }

  async #end(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#leaving].map(one => one.close()))
    await this.#link.stop(signal)
  }

  /** Makes it so that messages come: at every new connection, and again and again. Gives what is in the way. */
  async #tend(model: ChannelModel): Promise<Status | undefined> {
    const found = await this.#watch.look(model, this.#current)
    if (found.missing !== undefined) {
      await this.#retire()
      return { state: 'failed', reason: found.missing }
    }
    if (!this.#isOpen) return undefined
    if (this.#current?.isLive === true && !found.forgotten) return undefined
    // An exclusive consumer bars the next one, too.
    await this.#retire()
    if (!this.#isOpen) return undefined
    return await this.#subscribe(model)
  }

  async #subscribe(model: ChannelModel): Promise<Status | undefined> {
    const { config, handle, host } = this.#options
    try {
      this.#current = await Subscription.open(model, {
        config,
        handle,
        log: host.log,
        answer: (message, reply, signal) => this.#replies.send(message, reply, signal),
        lost: reason => this.#lost(reason),
      })
      // It was closed meanwhile, and does not wait for this any more.
      if (!this.#isOpen) await this.#retire()
      return undefined
    } catch (thrown) {
      const code = replyCode(thrown)
      if (code === undefined) throw thrown
      const reason = reasonOf(thrown)
      return code === 403 && /exclusive/.test(reason)
        ? { state: 'ready', reason: 'another consumer has the queue to itself; this one stands by' }
        : { state: 'failed', reason }
    }
  }

  #lost(reason: string): void {
    if (!this.#isOpen) return
    this.#options.host.log.info('consumer lost', { reason })
    const now = performance.now()
    this.#losses = now - this.#lostAt > steadyMs ? 1 : this.#losses + 1
    this.#lostAt = now
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.#link.lookAgain(), backoff(this.#losses, reconnecting))
  }

  /** The subscription gets no more messages; what it has is still settled. Resolves when the broker has heard it. */
  async #retire(): Promise<void> {
    const leaving = this.#current
    if (leaving === undefined) return
    this.#current = undefined
    this.#leaving.add(leaving)
    await leaving.stop()
    void leaving.idle.then(() => leaving.close()).then(() => this.#leaving.delete(leaving))
  }
}

const never = new AbortController().signal
/** How often is looked whether the queue still knows its consumer, in milliseconds: two looks are less than ten seconds. */
const lookMs = 4000
/** A subscription that lasted as long was none of a row of losses, in milliseconds. */
const steadyMs = 10_000
/** How long work that was cut may take to give back what it had, in milliseconds. */
const cutMs = 1000
/** No message lasts so long, in milliseconds. */
const everMs = 2 ** 31 - 1
/** By then RabbitMQ takes back what is not acknowledged, in milliseconds. */
const lingerMs = 1_800_000
