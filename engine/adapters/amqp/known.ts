import { once } from 'node:events'
import type { Channel } from 'amqplib'
import { toAmqpError } from './amqp-error.ts'
import type { AmqpLink } from './link.ts'

/**
 * Exchanges and queues that were seen. To name one that is not there costs a channel, and with it whatever else is under way on it: so each is
 * looked for once, on a channel of its own.
 */
export class Known {
  readonly #link: AmqpLink
  readonly #seen = new Set<string>()

  constructor(link: AmqpLink) {
    this.#link = link
  }

  /** Undefined: it is there. Rejects with UPSTREAM_REFUSED where it is not. */
  exchange(name: string): Promise<void> | undefined {
    if (name === '' || this.#seen.has(`exchange ${name}`)) return undefined
    return this.#look(`exchange ${name}`, channel => channel.checkExchange(name))
  }

  queue(name: string): Promise<void> | undefined {
    return this.#seen.has(`queue ${name}`) ? undefined : this.#look(`queue ${name}`, channel => channel.checkQueue(name))
  }

  /** Something was not there any more. */
  forget(): void {
    this.#seen.clear()
  }

  async #look(what: string, ask: (channel: Channel) => Promise<unknown>): Promise<void> {
    const { model } = this.#link
    try {
      await onAside(() => model.createChannel(), ask)
    } catch (thrown) {
      throw toAmqpError(thrown, `looking for the ${what} at ${this.#link.shown}`)
    }
    // Names may come from messages.
    if (this.#seen.size >= most) this.#seen.clear()
    this.#seen.add(what)
  }
}

const most = 1000

/** Asks on a channel that may be lost by it. */
export async function onAside<Answer>(open: () => Promise<Channel>, ask: (channel: Channel) => Promise<Answer>): Promise<Answer> {
  const channel = await open()
  // The rejection says it; unheard, the event would end the process.
  channel.on('error', () => {})
  const answer = await ask(channel)
  // Where the connection is lost meanwhile, the library settles no goodbye, and says only this.
  const closed = once(channel, 'close')
  await Promise.race([channel.close(), closed])
  return answer
}
