import type { ChannelModel, connect } from 'amqplib'
import type { Host } from '../../core/component.ts'
import type { AmqpConnector } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Status } from '../../core/ports.ts'
import { backoff, reconnecting } from '../../kit/backoff.ts'
import { inTime } from '../../kit/in-time.ts'
import { type Address, addressesOf } from './address.ts'
import { needsSomebody, reasonOf } from './amqp-error.ts'
import { gatherWrites, socketOf } from './gather.ts'

export interface LinkOptions {
  /**
   * Run on every new connection before anybody else may use it; again while it says that something is amiss, whenever `lookAgain` asks for it, and
   * every `everyMs`. Gives what is amiss. Rejects where the connection is lost.
   */
  readonly prepare: (model: ChannelModel) => Promise<Status | undefined>
  /** In milliseconds; by default never. */
  readonly everyMs?: number
  /** What its status is when the connection was lost. */
  readonly lost: 'degraded' | 'connecting'
}

/**
 * One connection to a broker, which comes back by itself, at the next of its addresses; while it is away every call fails at once. Channels do not
 * survive it: whoever keeps one opens it again (`KeptChannel`).
 */
export class AmqpLink {
  readonly #addresses: readonly Address[]
  readonly #host: Pick<Host, 'id' | 'status' | 'log'>
  readonly #options: LinkOptions
  #turn = 0
  #address: Address
  /** The connection that there is, usable or not yet. */
  #raw: ChannelModel | undefined
  #model: ChannelModel | undefined
  #reason: string | undefined
  #blocked: string | undefined
  #amiss: Status | undefined
  #wasReady = false
  #isStopped = false
  /** Ends the pause before the next attempt to connect. */
  #wake: (() => void) | undefined
  /** Ends the pause before `prepare` is run again. */
  #look: (() => void) | undefined
  #isAsked = false

  constructor(config: AmqpConnector, host: Pick<Host, 'id' | 'status' | 'log'>, options: LinkOptions) {
    this.#addresses = addressesOf(config, `sluice ${host.id}`)
    this.#address = this.#next()
    this.#turn = 0
    this.#host = host
    this.#options = options
  }

  /** Resolves when the first attempt has come to something, `patienceMs` at most. Never rejects: what follows is a status. */
  async start(signal: AbortSignal): Promise<void> {
    this.#host.status({ state: 'connecting' })
    const { connect: dial } = await import('amqplib')
    if (this.#isStopped || signal.aborted) return
    const decided = new Promise<void>(resolve => {
      this.#live(dial, resolve).catch(error => this.#host.log.error('connection', { error }))
    })
    await inTime(decided, signal, patienceMs)
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.#isStopped = true
    this.#wake?.()
    const model = this.#raw
    this.#raw = undefined
    this.#model = undefined
    if (model !== undefined) await end(model, signal)
  }

  /** Has `prepare` run again, now or when there is a connection. */
  lookAgain(): void {
    this.#isAsked = true
    this.#look?.()
  }

  /** Where calls go, for their errors. */
  get shown(): string {
    return String(this.#address.shown)
  }

  /** By whose name messages may be sent. */
  get user(): string {
    return this.#address.user
  }

  /** Throws UNREACHABLE while there is none. */
  get model(): ChannelModel {
    if (this.#model !== undefined) return this.#model
    const reason = this.#isStopped ? 'stopped' : (this.#reason ?? 'not connected')
    throw new SluiceError('UNREACHABLE', `calling ${this.shown}: ${reason}`)
  }

  /** Throws UNREACHABLE while the broker takes no messages: it reads nothing more until it has room again, and would not say when. */
  checkBlocked(): void {
    if (this.#blocked !== undefined) throw new SluiceError('UNREACHABLE', `calling ${this.shown}: it takes no messages (${this.#blocked})`)
  }

  async ping(signal: AbortSignal): Promise<void> {
    const channel = this.model.createChannel().then(
      opened => opened.close(),
      thrown => {
        throw new SluiceError('UNREACHABLE', `pinging ${this.shown}: the connection was lost`, { cause: thrown })
      },
    )
    if (!(await inTime(channel, signal, patienceMs))) throw new SluiceError('TIMEOUT', `pinging ${this.shown}: no answer`)
  }

  async #live(dial: typeof connect, decided: () => void): Promise<void> {
    for (let attempt = 1; !this.#isStopped; attempt++) {
      const begun = performance.now()
      this.#address = this.#next()
      const lost = await this.#hold(dial, decided).catch(reasonOf)
      this.#model = undefined
      this.#raw = undefined
      this.#blocked = undefined
      if (!this.#isStopped) this.#tellLoss(lost)
      decided()
      // One that held was not another failure in a row.
      if (performance.now() - begun > steadyMs) attempt = 1
      await this.#pause(backoff(attempt, reconnecting))
    }
  }

  /** Connects, and resolves with the reason when the connection is over. */
  async #hold(dial: typeof connect, decided: () => void): Promise<string> {
    const model = await dial(this.#address.broker, this.#address.socket)
    gatherWrites(socketOf(model))
    const closed = this.#listen(model)
    if (this.#isStopped) {
      await end(model, AbortSignal.abort())
      return 'stopped'
    }
    this.#raw = model
    try {
      return await this.#use(model, closed, decided)
    } catch (error) {
      await end(model, AbortSignal.timeout(1000))
      throw error
    }
  }

  async #use(model: ChannelModel, closed: Promise<string>, decided: () => void): Promise<string> {
    let over: string | undefined
    void closed.then(reason => {
      over = reason
      this.#look?.()
    })
    for (;;) {
      this.#isAsked = false
      this.#amiss = await this.#options.prepare(model)
      if (over !== undefined) return over
      this.#model = model
      this.#tellState()
      decided()
      await this.#nextLook()
      if (over !== undefined) return over
    }
  }

  #nextLook(): Promise<void> {
    if (this.#isAsked) return Promise.resolve()
    const ms = this.#amiss === undefined ? this.#options.everyMs : lookAgainMs
    return new Promise(resolve => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.#look?.(), ms)
      this.#look = () => {
        this.#look = undefined
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #listen(model: ChannelModel): Promise<string> {
    let reason: string | undefined
    // A listener that throws would break the library's own loop.
    const safely =
      <Said>(listener: (said: Said) => void) =>
      (said: Said): void => {
        try {
          listener(said)
        } catch (error) {
          this.#host.log.error('listener', { error })
        }
      }
    model.on(
      'error',
      safely((error: Error) => {
        reason = reasonOf(error)
      }),
    )
    model.on(
      'blocked',
      safely((said: string) => {
        this.#blocked = said
        this.#tellState()
      }),
    )
    model.on(
      'unblocked',
      safely(() => {
        this.#blocked = undefined
        this.#tellState()
      }),
    )
    return new Promise(resolve => {
      model.on('close', (error?: Error) => {
        // At once: nobody shall find a connection that is no more.
        if (this.#model === model) this.#model = undefined
        resolve(reason ?? (error === undefined ? 'the connection was closed' : reasonOf(error)))
      })
    })
  }

  #tellState(): void {
    if (this.#model === undefined || this.#isStopped) return
    this.#reason = undefined
    this.#wasReady = true
    if (this.#blocked !== undefined) this.#host.status({ state: 'degraded', reason: `it takes no messages: ${this.#blocked}` })
    else this.#host.status(this.#amiss ?? { state: 'ready' })
  }

  #tellLoss(reason: string): void {
    this.#reason = reason
    this.#host.status({ state: needsSomebody(reason) ? 'failed' : this.#wasReady ? this.#options.lost : 'connecting', reason })
  }

  #next(): Address {
    const address = this.#addresses[this.#turn++ % this.#addresses.length]
    if (address === undefined) throw new SluiceError('INTERNAL', 'connecting to a broker without an address')
    return address
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** How long a start or a ping waits, in milliseconds. */
const patienceMs = 3000
/** A connection that lasted as long was none of a row of failures, in milliseconds. */
const steadyMs = 10_000
/** How soon is looked again where something was amiss, in milliseconds. */
const lookAgainMs = 2000

/** Says goodbye, and hangs up where there is no answer. */
async function end(model: ChannelModel, signal: AbortSignal): Promise<void> {
  const polite = model.close().catch(() => {})
  const isOver = await inTime(polite, signal, 1000)
  if (isOver) return
  // It hears an error, not a mere end.
  socketOf(model).destroy(new Error('the gateway stopped'))
}
