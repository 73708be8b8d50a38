import type { ChannelModel } from 'amqplib'
import type { AmqpConnector } from '../../core/config.gen.ts'
import { reasonOf, replyCode } from './amqp-error.ts'
import { onAside } from './known.ts'
import type { Subscription } from './subscription.ts'
import { settle } from './topology.ts'

export interface Looked {
  readonly missing?: string | undefined
  /** The queue may not know its consumer any more. */
  readonly forgotten: boolean
}

/**
 * Looks whether a queue is there, and still the one that was subscribed to: who deletes a quorum queue and makes it anew tells its consumers nothing.
 * Makes the queue where the connector says so.
 */
export class QueueWatch {
  readonly #queue: string
  readonly #config: AmqpConnector
  #settled: ChannelModel | undefined
  /** The subscription that had nothing to do at the last look, and what it had been given by then. */
  #idle: { readonly subscription: Subscription; readonly taken: number } | undefined

  constructor(queue: string, config: AmqpConnector) {
    this.#queue = queue
    this.#config = config
  }

  /** Rejects where the connection is lost. */
  async look(model: ChannelModel, subscription: Subscription | undefined): Promise<Looked> {
    const contradiction = this.#settled === model ? undefined : await this.#settle(model)
    try {
      const { consumerCount } = await onAside(
        () => model.createChannel(),
        channel => channel.checkQueue(this.#queue),
      )
      // What contradicts is told by the connector: where there is a queue, its messages are taken.
      return { forgotten: subscription !== undefined && this.#isForgotten(subscription, consumerCount) }
    } catch (thrown) {
      if (replyCode(thrown) === undefined) throw thrown
      // Made again at the next look.
      this.#settled = undefined
      return { missing: contradiction ?? reasonOf(thrown), forgotten: true }
    }
  }

  async #settle(model: ChannelModel): Promise<string | undefined> {
    const { declare, exchanges, queues } = this.#config
    this.#settled = model
    const own = declare && Object.hasOwn(queues, this.#queue) ? queues[this.#queue] : undefined
    return own === undefined ? undefined : await settle(model, { declare, exchanges, queues: { [this.#queue]: own } })
  }

  /**
   * Nobody has it in his list of consumers; or it brought nothing since the last look. The latter need not mean anything, and cannot be told from this:
   * RabbitMQ subscribes a consumer of a quorum queue to the one that is made right after it was deleted, and delivers nothing of it, for ever.
   */
  #isForgotten(subscription: Subscription, consumerCount: number): boolean {
    const { taken, open, isLive } = subscription
    const before = this.#idle
    const isIdle = open === 0
    this.#idle = isIdle ? { subscription, taken } : undefined
    return !isLive || consumerCount === 0 || (isIdle && before?.subscription === subscription && before.taken === taken)
  }
}
