import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { Intake } from '../durable/intake.ts'
import { listPauses } from '../durable/pauses.ts'
import { measureQueues, renewQueued } from '../durable/queue.ts'
import { buryAged } from './aged.ts'
import { Budget } from './budget.ts'
import { Drain, type DrainOptions, leaseMs } from './drain.ts'
import type { Gate } from './gate.ts'

export interface QueuesOptions {
  readonly store: Store
  /** This process, unique in the cluster. */
  readonly node: string
  readonly clock: Clock
  readonly log: Logger
  readonly gate: Gate
}

/** Queued messages that the process runs at once, and their bodies together. */
const messagesMost = 2_000
const bytesMost = 256 * 1024 ** 2
/** How often leases are renewed; how often a store that others write to is asked, with jitter, for messages and for queues that nobody knew of. In milliseconds. */
const renewMs = leaseMs / 3
const pollMs = 1_000
const discoverMs = 30_000
/** How often is looked for messages that are too old, in milliseconds. */
const agedMs = 10_000

/** The durable queues of all pipelines: their drains, and who may put something on them. One in a process; opens the store when there is something to do. */
export class Queues {
  readonly intake: Intake
  readonly #options: QueuesOptions
  readonly #drains = new Map<string, Drain>()
  readonly #drainOptions: DrainOptions
  #paused: ReadonlySet<string> | undefined
  #renewing: NodeJS.Timeout | undefined
  #polling: NodeJS.Timeout | undefined
  #aging: NodeJS.Timeout | undefined
  #started: Promise<void> | undefined
  #buried: Promise<void> | undefined
  #discoveredAt = 0
  #stopped = false

  constructor(options: QueuesOptions) {
    const { store, node, clock, log, gate } = options
    this.#options = options
    this.intake = new Intake({ store, clock, woken: (pipeline, afterMs) => this.#wake(pipeline, afterMs) })
    this.#drainOptions = {
      ...{ store, node, clock, log, gate },
      budget: new Budget(messagesMost, bytesMost),
      // Nothing is run before it is known what is paused.
      isPaused: pipeline => this.#paused?.has(pipeline) ?? true,
      left: ({ pipeline, size }) => this.intake.left(pipeline, size),
    }
  }

  /** Whether it has had anything to do yet: where not, the store need not be opened. */
  get isOpen(): boolean {
    return this.#started !== undefined
  }

  /** Another revision runs. `fed`: messages may come onto queues by it; then what is there from before is looked for. */
  follow(fed: boolean): void {
    if (fed) this.#start()
    for (const drain of this.#drains.values()) drain.wake(true)
  }

  /** How many of a pipeline this process runs just now. */
  running(pipeline: string): number {
    return this.#drains.get(pipeline)?.runs.size ?? 0
  }

  /** Looks again at what is paused, and at everything that is there. Rejects with STORE. */
  async refresh(): Promise<void> {
    const { store } = this.#options
    this.#paused = new Set((await listPauses(store)).keys())
    for (const { group } of await measureQueues(store)) this.#drain(group).wake(true)
    for (const drain of this.#drains.values()) drain.wake()
  }

  /** Takes no more; what runs is finished within the grace, or handed back. Idempotent. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    const grace = AbortSignal.timeout(graceMs)
    await Promise.all([...this.#drains.values()].map(drain => drain.stop(grace)))
    clearInterval(this.#renewing)
    clearTimeout(this.#polling)
    clearTimeout(this.#aging)
    await this.#buried
  }

  #wake(pipeline: string, afterMs: number): void {
    this.#start()
    if (afterMs > 0) this.#drain(pipeline).wakeLater(afterMs)
    else this.#drain(pipeline).wake()
  }

  #drain(pipeline: string): Drain {
    const known = this.#drains.get(pipeline)
    if (known !== undefined) return known
    const made = new Drain(pipeline, this.#drainOptions)
    this.#drains.set(pipeline, made)
    return made
  }

  #start(): void {
    if (this.#started !== undefined || this.#stopped) return
    this.#renewing = setInterval(() => void this.#renew(), renewMs).unref()
    this.#started = this.#discover()
    this.#age()
    if (this.#options.store.shared) this.#poll()
  }

  /** Until the store has answered once. */
  async #discover(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.refresh()
        this.#discoveredAt = performance.now()
        return
      } catch (error) {
        this.#options.log.warn('queue', { doing: 'look', error: asSluiceError(error) })
      }
      await new Promise(resolve => setTimeout(resolve, pollMs))
    }
  }

  /** What is paused or blocked gets old too. */
  #age(): void {
    if (this.#stopped) return
    const bury = async (): Promise<void> => {
      for (const pipeline of this.#drains.keys()) if (!this.#stopped) await buryAged(pipeline, this.#drainOptions)
      this.#age()
    }
    this.#aging = setTimeout(() => {
      this.#buried = bury()
    }, agedMs).unref()
  }

  /** Others put messages on the queues too, and pause them. */
  #poll(): void {
    if (this.#stopped) return
    const poll = async (): Promise<void> => {
      await (performance.now() - this.#discoveredAt > discoverMs ? this.#discover() : this.#look())
      this.#poll()
    }
    this.#polling = setTimeout(() => void poll(), pollMs * (0.75 + Math.random() / 2)).unref()
  }

  async #look(): Promise<void> {
    try {
      this.#paused = new Set((await listPauses(this.#options.store)).keys())
      for (const drain of this.#drains.values()) drain.wake()
    } catch {
      // The drains say what is wrong with the store, once they have something to do.
    }
  }

  /** A run whose lease another took is none of ours any more. */
  async #renew(): Promise<void> {
    const runs = [...this.#drains.values()].flatMap(drain => [...drain.runs])
    if (runs.length === 0) return
    const { store, node, log } = this.#options
    try {
      const ids = runs.map(({ message }) => message.id)
      const held = await renewQueued(store, ids, node, leaseMs)
      for (const run of runs.filter(({ message }) => !held.has(message.id))) {
        run.lost = true
        run.give(new SluiceError('CANCELLED', 'another node works on the message'))
      }
    } catch (error) {
      log.warn('queue', { doing: 'renew', error: asSluiceError(error) })
    }
  }
}
