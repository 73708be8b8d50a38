import type { Channel, ChannelModel } from 'amqplib'
import type { AmqpLink } from './link.ts'

/** One channel of the current connection: opened at the first use, and again when it was closed. */
export class KeptChannel<Kind extends Channel> {
  readonly #link: AmqpLink
  readonly #open: (model: ChannelModel) => Promise<Kind>
  #channel: Kind | undefined
  #opening: Promise<Kind> | undefined

  /** `open` rejects with SluiceErrors. */
  constructor(link: AmqpLink, open: (model: ChannelModel) => Promise<Kind>) {
    this.#link = link
    this.#open = open
  }

  /** Where there is one. */
  get current(): Kind | undefined {
    return this.#channel
  }

  take(): Promise<Kind> {
    if (this.#channel !== undefined) return Promise.resolve(this.#channel)
    this.#opening ??= this.#make().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #make(): Promise<Kind> {
    const channel = await this.#open(this.#link.model)
    channel.once('close', () => {
      if (this.#channel === channel) this.#channel = undefined
    })
    this.#channel = channel
    return channel
  }
}
