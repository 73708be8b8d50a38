import type { ChannelModel, ConfirmChannel, Message, Options } from 'amqplib'
import { SluiceError } from '../../core/errors.ts'
import { reasonOf, refused, replyCode, toAmqpError } from './amqp-error.ts'
import { KeptChannel } from './kept-channel.ts'
import type { Known } from './known.ts'
import type { AmqpLink } from './link.ts'

/** A message as it goes out. */
export interface Letter {
  readonly exchange: string
  readonly key: string
  readonly content: Buffer
  readonly options: Options.Publish & { readonly messageId: string }
}

export interface PublisherOptions {
  /** What else the channel is for. */
  readonly prepare?: (channel: ConfirmChannel) => Promise<unknown>
  /** The channel is no more. */
  readonly closed?: () => void
}

/** Messages out, each settled by the broker's own word for it. Several at once share a channel. */
export class Publisher {
  readonly #link: AmqpLink
  readonly #known: Known
  readonly #channel: KeptChannel<ConfirmChannel>
  /** Messages that no queue took, by name; a return comes before the confirm of the same message. */
  readonly #returned = new Map<string, number>()
  #count = 0
  #bytes = 0
  /** Why the broker closed the channel. */
  #closedFor: Error | undefined

  constructor(link: AmqpLink, known: Known, options: PublisherOptions = {}) {
    this.#link = link
    this.#known = known
    this.#channel = new KeptChannel(link, model => this.#open(model, options))
  }

  /**
   * Resolves when the broker keeps it. Rejects with UNREACHABLE where it was not sent, UPSTREAM_REFUSED where the broker said no or no queue takes it,
   * OUTCOME_UNKNOWN where the connection was lost before an answer, OVERLOADED where too many wait for theirs.
   */
  send(letter: Letter): Promise<void> {
    const channel = this.#channel.current
    if (channel !== undefined && this.#known.exchange(letter.exchange) === undefined) return this.#publish(channel, letter)
    return this.#sendLater(letter)
  }

  async #sendLater(letter: Letter): Promise<void> {
    await this.#known.exchange(letter.exchange)
    return this.#publish(await this.#channel.take(), letter)
  }

  #publish(channel: ConfirmChannel, letter: Letter): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#link.checkBlocked()
      const { exchange, key, content, options } = letter
      if (this.#count >= mostCount || this.#bytes >= mostBytes)
        throw new SluiceError('OVERLOADED', `${this.#doing(letter)}: ${this.#count} messages wait for their confirms`)
      const settle = (error: unknown): void => {
        this.#count--
        this.#bytes -= content.length
        const wasReturned = this.#wasReturned(letter)
        if (error !== null) reject(this.#failure(error, letter))
        else if (wasReturned) reject(refused(this.#doing(letter), { status: 404, reason: 'no queue takes it' }))
        else resolve()
      }
      try {
        channel.publish(exchange, key, content, options, settle)
      } catch (thrown) {
        throw this.#unsent(thrown, letter)
      }
      this.#count++
      this.#bytes += content.length
    })
  }

  async #open(model: ChannelModel, { prepare, closed }: PublisherOptions): Promise<ConfirmChannel> {
    try {
      const channel = await model.createConfirmChannel()
      this.#closedFor = undefined
      this.#returned.clear()
      channel.on('error', (error: Error) => {
        this.#closedFor = error
        this.#known.forget()
      })
      channel.on('return', message => this.#noteReturn(message))
      // After the library has settled what was unconfirmed.
      channel.on('close', () => closed?.())
      await prepare?.(channel)
      return channel
    } catch (thrown) {
      throw toAmqpError(thrown, `opening a channel at ${this.#link.shown}`)
    }
  }

  #noteReturn({ fields, properties }: Message): void {
    const name = nameOf(fields.exchange, fields.routingKey, String(properties.messageId))
    this.#returned.set(name, (this.#returned.get(name) ?? 0) + 1)
  }

  #wasReturned({ exchange, key, options }: Letter): boolean {
    if (this.#returned.size === 0) return false
    const name = nameOf(exchange, key, options.messageId)
    const count = this.#returned.get(name) ?? 0
    if (count > 1) this.#returned.set(name, count - 1)
    else this.#returned.delete(name)
    return count > 0
  }

  #failure(error: unknown, letter: Letter): SluiceError {
    const doing = this.#doing(letter)
    if (error instanceof Error && error.message === 'message nacked')
      return new SluiceError('UPSTREAM_REFUSED', `${doing}: the broker could not keep it`, { retry: 'safe' })
    const why = this.#closedFor
    const code = replyCode(why)
    // The channel fell over one message: of the others nobody knows.
    if ((code === 403 || code === 404) && why?.message.includes(`exchange '${letter.exchange}'`) === true)
      return refused(doing, { status: code, reason: reasonOf(why), cause: why })
    return new SluiceError('OUTCOME_UNKNOWN', `${doing}: the connection was lost before the confirm`, { cause: why ?? error })
  }

  #unsent(thrown: unknown, letter: Letter): SluiceError {
    const doing = this.#doing(letter)
    if (thrown instanceof Error && thrown.name === 'IllegalOperationError')
      return new SluiceError('UNREACHABLE', `${doing}: the connection was lost`, { cause: thrown })
    return new SluiceError('ARGUMENT_INVALID', `${doing}: its properties or headers cannot be said in AMQP`, { cause: thrown })
  }

  #doing({ exchange, key }: Letter): string {
    return `publishing to ${exchange === '' ? 'the queue' : `the exchange ${exchange} by`} ${key} at ${this.#link.shown}`
  }
}

const nameOf = (exchange: string, key: string, id: string): string => `${exchange}\0${key}\0${id}`

/** The most messages and bytes that wait for their confirms at once. */
const mostCount = 1000
const mostBytes = 64 * 1024 * 1024
