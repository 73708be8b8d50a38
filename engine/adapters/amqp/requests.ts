import { randomUUID } from 'node:crypto'
import type { ConsumeMessage } from 'amqplib'
import type { Host } from '../../core/component.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'
import type { Known } from './known.ts'
import type { AmqpLink } from './link.ts'
import { type Letter, Publisher } from './publisher.ts'

/** Requests whose replies come back on the channel that they went out on: direct reply-to, no queue for anybody. */
export class Requests {
  readonly #link: AmqpLink
  readonly #host: Pick<Host, 'log'>
  readonly #publisher: Publisher
  readonly #waiting = new Map<string, Waiting>()
  #late = 0

  constructor(link: AmqpLink, known: Known, host: Pick<Host, 'log'>) {
    this.#link = link
    this.#host = host
    this.#publisher = new Publisher(link, known, {
      prepare: channel => channel.consume(replyQueue, message => this.#replied(message), { noAck: true }),
      closed: () => this.#lost(),
    })
  }

  /** The reply. Rejects as `Publisher.send` does, and with what cut the scope. */
  send(letter: Letter, scope: Scope): Promise<ConsumeMessage> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size >= mostWaiting)
        throw new SluiceError('OVERLOADED', `calling ${this.#link.shown}: ${mostWaiting} requests wait for their replies`)
      const id = randomUUID()
      const forget = (): void => {
        this.#waiting.delete(id)
        scope.unhook(fail)
      }
      const fail = (error: unknown): void => {
        forget()
        reject(error)
      }
      this.#waiting.set(id, {
        reply: message => {
          forget()
          resolve(message)
        },
        fail,
      })
      scope.hook(fail)
      this.#publisher.send({ ...letter, options: { ...letter.options, correlationId: id, replyTo: replyQueue } }).catch(fail)
    })
  }

  #replied(message: ConsumeMessage | null): void {
    if (message === null) return
    const waiting = this.#waiting.get(String(message.properties.correlationId))
    if (waiting !== undefined) {
      waiting.reply(message)
      return
    }
    this.#late++
    this.#host.log.debug('late-reply', { dropped: this.#late })
  }

  #lost(): void {
    for (const { fail } of [...this.#waiting.values()])
      fail(new SluiceError('OUTCOME_UNKNOWN', `calling ${this.#link.shown}: the connection was lost before the reply`))
  }
}

interface Waiting {
  readonly reply: (message: ConsumeMessage) => void
  readonly fail: (error: unknown) => void
}

const replyQueue = 'amq.rabbitmq.reply-to'
/** Requests without a reply: a silent partner must not fill the memory. */
const mostWaiting = 10_000
