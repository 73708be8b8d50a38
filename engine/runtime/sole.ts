import type { Consumer, Handle } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Logger, Status } from '../core/ports.ts'
import type { SoleLease } from '../durable/sole-lease.ts'

export interface SoleOptions {
  readonly create: (guard: Guard) => Consumer
  /** Undefined where another node has the lease. */
  readonly acquire: (lost: () => void) => Promise<SoleLease | undefined>
  readonly status: (status: Status) => void
  readonly log: Logger
}

/** Put around what a consumer hands its messages to. */
export type Guard = (handle: Handle) => Handle

/** How often is looked whether the lease can be had, in milliseconds; with the lease this makes the time to take over. */
const standMs = 3_000
/** How long the consumer may take to stop when the lease is lost: less than the margin that the lease leaves. */
const stopMs = 6_000
const makeMs = 10_000

/** A consumer that is open on one node of the cluster at a time: where this node holds the lease. The adapter does not know. */
export class Sole implements Consumer {
  readonly #options: SoleOptions
  readonly #closed = new AbortController()
  #prepared: Consumer | undefined
  #standing: Promise<void> | undefined
  #lease: SoleLease | undefined
  #inner: Consumer | undefined
  #closing: Promise<void> | undefined

  constructor(options: SoleOptions) {
    this.#options = options
  }

  async prepare(signal: AbortSignal): Promise<void> {
    this.#prepared = await this.#make(signal)
  }

  open(): void {
    if (this.#closing === undefined) this.#standing ??= this.#stand()
  }

  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal)
    return this.#closing
  }

  async #close(signal: AbortSignal): Promise<void> {
    this.#closed.abort()
    await Promise.all([this.#inner?.close(signal), this.#prepared?.close(signal)])
    await this.#standing
    await this.#lease?.giveBack().catch(error => this.#options.log.warn('lease not given back', { error }))
  }

  /** Never rejects. Ends when it is closed. */
  async #stand(): Promise<void> {
    const { status, log } = this.#options
    while (!this.#closed.signal.aborted) {
      try {
        await this.#serve()
      } catch (error) {
        status({ state: 'degraded', reason: `its lease, or what it needs, cannot be had: ${asSluiceError(error).reason}` })
        log.warn('lease', { error })
      }
      await this.#pause()
    }
  }

  /** Open from the moment that the lease is had until it is lost. */
  async #serve(): Promise<void> {
    const { acquire, status, log } = this.#options
    const over = Promise.withResolvers<void>()
    const lease = await acquire(over.resolve)
    if (lease === undefined) return status({ state: 'ready', reason: 'another gateway has it; this one stands by' })
    this.#lease = lease
    if (this.#closed.signal.aborted) return
    const inner = this.#prepared ?? (await this.#make(AbortSignal.timeout(makeMs)).catch(error => this.#leaveIt(lease, error)))
    this.#prepared = undefined
    this.#inner = inner
    log.info('lease taken')
    if (this.#closed.signal.aborted) return await inner.close(AbortSignal.timeout(stopMs))
    status({ state: 'ready' })
    inner.open()
    this.#closed.signal.addEventListener('abort', () => over.resolve(), { once: true })
    await over.promise
    if (this.#closed.signal.aborted) return
    this.#lease = undefined
    status({ state: 'degraded', reason: 'the lease is lost: another gateway may have it' })
    await inner.close(AbortSignal.timeout(stopMs)).catch(error => log.warn('close', { error }))
    this.#inner = undefined
  }

  /** It cannot be opened here: perhaps another node can. */
  async #leaveIt(lease: SoleLease, error: unknown): Promise<never> {
    this.#lease = undefined
    await lease.giveBack().catch(thrown => this.#options.log.warn('lease not given back', { error: thrown }))
    throw error
  }

  async #make(signal: AbortSignal): Promise<Consumer> {
    const consumer = this.#options.create(handle => this.#guard(handle))
    await consumer.prepare?.(signal)
    return consumer
  }

  /** No message is taken that another node may have, not even after this process was stopped for a while. */
  #guard(handle: Handle): Handle {
    return async (inbound, cut) => {
      if (this.#lease?.sure !== true) throw new SluiceError('CANCELLED', 'another gateway may have this channel')
      return await handle(inbound, cut)
    }
  }

  #pause(): Promise<void> {
    const { signal } = this.#closed
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const go = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', go)
        resolve()
      }
      // Not all nodes at once.
      const timer = setTimeout(go, standMs * (0.7 + 0.6 * Math.random()))
      signal.addEventListener('abort', go)
    })
  }
}
