import type { Channel, GetMessage } from 'amqplib'
import type { Scope } from '../../core/scope.ts'
import { toAmqpError } from './amqp-error.ts'
import { KeptChannel } from './kept-channel.ts'
import type { Known } from './known.ts'
import type { AmqpLink } from './link.ts'

/** Single messages off a queue. */
export class Reads {
  readonly #link: AmqpLink
  readonly #known: Known
  readonly #channel: KeptChannel<Channel>

  constructor(link: AmqpLink, known: Known) {
    this.#link = link
    this.#known = known
    this.#channel = new KeptChannel(link, async model => {
      const channel = await model.createChannel()
      channel.on('error', () => known.forget())
      return channel
    })
  }

  /** The next message, acknowledged; undefined where there is none. What comes when the call is over goes back. */
  async get(queue: string, scope: Scope): Promise<GetMessage | undefined> {
    try {
      await this.#known.queue(queue)
      const channel = await this.#channel.take()
      const message = await channel.get(queue, { noAck: false })
      if (message === false) return undefined
      if (scope.reason === undefined) channel.ack(message)
      else channel.nack(message, false, true)
      scope.check()
      return message
    } catch (thrown) {
      throw toAmqpError(thrown, `taking a message off the queue ${queue} at ${this.#link.shown}`)
    }
  }
}
