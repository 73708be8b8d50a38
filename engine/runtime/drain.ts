import { endedWithProcess } from '../compile/redelivery.ts'
import type { QueuedPipeline } from '../compile/revision.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import { mayLose } from '../core/guarantee.ts'
import type { PipelineModel } from '../core/model.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { type ClaimedMessage, claimQueued, measureQueues, type Queued } from '../durable/queue.ts'
import { restoreMessage } from '../durable/stored-message.ts'
import { tooOld } from './aged.ts'
import type { Budget } from './budget.ts'
import { Dues } from './dues.ts'
import type { Gate } from './gate.ts'
import { Run } from './run.ts'
import { type Settlement, type Settling, settle, settleEnded } from './settlement.ts'

/** What a drain shares with those of the other pipelines. */
export interface DrainOptions {
  readonly store: Store
  /** Who holds the leases. */
  readonly node: string
  readonly clock: Clock
  readonly log: Logger
  readonly budget: Budget
  /** Where a message meets the revision of that moment. Where its pipeline is gone, it stays. */
  readonly gate: Gate
  readonly isPaused: (pipeline: string) => boolean
  /** A message is gone from the queue. */
  readonly left: (message: Queued) => void
}

/** Messages at once where a pipeline says nothing. */
const standardConcurrency = 64

/** How long a claim lasts; it is renewed at a third of that. In milliseconds. */
export const leaseMs = 30_000
/** The bodies of one claim, together. */
const claimBytes = 16 * 1024 ** 2
/** How long is waited where the store says nothing, and how long at least until it is asked again what is due, in milliseconds. */
const troubleMs = 1_000
const lookMs = 5_000

/** Runs the messages on the queue of one pipeline: so many at once as the pipeline says, each as the revision of that moment says. Asks for more when it is woken, when one that has a lane is done, and when something is due. */
export class Drain {
  readonly runs = new Set<Run>()
  readonly #pipeline: string
  readonly #options: DrainOptions
  #claiming: Promise<void> | undefined
  #again = false
  /** Ask the store what is due next, when there is nothing to claim. */
  #looks = true
  #lookedAt = Number.NEGATIVE_INFINITY
  readonly #dues = new Dues()
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #stopped = false

  constructor(pipeline: string, options: DrainOptions) {
    this.#pipeline = pipeline
    this.#options = options
  }

  /** There may be something to do. `looks`: and what is due later is not known. */
  wake(looks = false): void {
    this.#looks ||= looks
    this.#again = true
    if (this.#claiming !== undefined || this.#stopped) return
    this.#claiming = this.#claimAll().finally(() => {
      this.#claiming = undefined
      if (this.#again && this.#free() > 0) this.wake()
    })
  }

  /** Something was put on it that is due after so long. */
  wakeLater(ms: number): void {
    this.#looks = true
    this.#wakeIn(ms)
  }

  /** Takes no more; resolves when what it had is settled or handed back. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#claiming
    const give = (): void => {
      for (const run of this.runs) run.give(new SluiceError('CANCELLED', 'the gateway is stopping'))
    }
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
    await Promise.all([...this.runs].map(run => run.ended))
    signal.removeEventListener('abort', give)
  }

  async #claimAll(): Promise<void> {
    while (this.#again && !this.#stopped) {
      const { store, node, budget } = this.#options
      const limit = this.#free()
      if (limit === 0) return
      this.#again = false
      try {
        const bytes = Math.min(claimBytes, budget.bytesLeft)
        const claimed = await claimQueued(store, { pipeline: this.#pipeline, owner: node, leaseMs, limit, bytes })
        for (const message of claimed) this.#begin(message)
        // So much as was asked for, by number or by bytes: there may be more.
        const size = claimed.reduce((sum, one) => sum + one.size, 0)
        if (claimed.length === limit || size * 2 > bytes) this.#again = true
        else this.#wakeWhenDue()
        if (!this.#again && this.#looks) await this.#look()
      } catch (error) {
        this.#options.log.warn('queue', { pipeline: this.#pipeline, doing: 'claim', error: asSluiceError(error) })
        this.#looks = true
        this.#wakeIn(troubleMs)
      }
    }
  }

  /** When is the next one due? Those behind another of their lane are no answer: they are asked for when that one is done. */
  async #look(): Promise<void> {
    const since = performance.now() - this.#lookedAt
    if (since < lookMs) {
      this.#wakeIn(lookMs - since)
      return
    }
    this.#looks = false
    this.#lookedAt = performance.now()
    const [measured] = await measureQueues(this.#options.store, this.#pipeline)
    if (measured?.nextDue === undefined) return
    this.#looks = true
    const ms = measured.nextDue - this.#options.clock.now()
    this.#wakeIn(ms > 0 ? ms : lookMs)
  }

  /** How many more may run. Few are not asked for one by one while others run. */
  #free(): number {
    const { isPaused, budget } = this.#options
    const model = this.#model
    if (model === undefined || isPaused(this.#pipeline)) return 0
    const { concurrency = standardConcurrency } = model
    const free = Math.min(concurrency - this.runs.size, budget.messagesLeft)
    return budget.bytesLeft > 0 && (free >= concurrency / 4 || this.runs.size === 0) ? Math.max(0, free) : 0
  }

  #begin(message: ClaimedMessage): void {
    const { budget, left } = this.#options
    const run = new Run(message)
    this.runs.add(run)
    this.#dues.taken(message.id)
    budget.take(message.size)
    run.ended = this.#run(run).then(settlement => {
      this.runs.delete(run)
      budget.give(message.size)
      if (settlement.kind === 'removed') left(message)
      if (settlement.kind === 'returned') this.#returned(message.id, settlement.due)
      if (this.#again || message.lane !== '') this.wake()
    })
  }

  async #run(run: Run): Promise<Settlement> {
    const { store, clock, log, gate } = this.#options
    const { message } = run
    const settling = { store, clock, log, run, isStopped: () => this.#stopped }
    try {
      const queued = gate.queued(this.#pipeline, message.head.channel)
      if (queued === undefined) throw new SluiceError('CANCELLED', 'the pipeline is gone')
      if (mayLose(queued.model.guarantee)) return await this.#runOnce(queued, settling)
      await this.#hand(queued, run)
      return await settleEnded(settling)
    } catch (thrown) {
      return await settle(settling, asSluiceError(thrown))
    }
  }

  /** Off the queue first, then run: should that fail, or end with the process, it is lost. */
  async #runOnce(queued: QueuedPipeline, settling: Settling): Promise<Settlement> {
    if (settling.run.message.lane !== '') return await this.#runOnceInLane(queued, settling)
    const settlement = await settle(settling, undefined)
    // Reported by the delivery; there is nobody else to tell.
    if (settlement.kind === 'removed') await this.#hand(queued, settling.run).catch(() => undefined)
    return settlement
  }

  /** Those behind it wait as long as it is on the queue. So it stays there, and one that was begun before is taken off, and not run. */
  async #runOnceInLane(queued: QueuedPipeline, settling: Settling): Promise<Settlement> {
    const { attempts, id, pipeline } = settling.run.message
    if (attempts === 0) await this.#hand(queued, settling.run).catch(() => undefined)
    else this.#options.log.warn('queue', { pipeline, id, doing: 'lose', reason: 'its run ended with the process' })
    return await settle(settling, undefined)
  }

  async #hand(queued: QueuedPipeline, run: Run): Promise<void> {
    const { id, attempts, message } = run.message
    const restored = restoreMessage(message, attempts)
    const inbound = { ...restored, source: { ...restored.source, receipt: id } }
    const spent = this.#spent(run.message, queued.model)
    if (spent === undefined) await queued.handle(inbound, run)
    else await queued.bury(inbound, spent, attempts)
  }

  /** Why it may not be run any more. */
  #spent({ head, attempts }: ClaimedMessage, model: PipelineModel): SluiceError | undefined {
    const old = tooOld({ head }, model, this.#options.clock.now())
    if (old !== undefined) return old
    const { redelivery } = model
    if (attempts < redelivery.attempts || attempts === head.failed) return undefined
    return endedWithProcess(attempts - head.failed, attempts)
  }

  get #model(): PipelineModel | undefined {
    return this.#options.gate.current?.model.pipelines.get(this.#pipeline)
  }

  #returned(id: string, due: number): void {
    this.#looks = true
    this.#dues.add(id, due)
    this.#wakeWhenDue()
  }

  #wakeWhenDue(): void {
    const ms = this.#dues.next(this.#options.clock.now())
    if (ms !== undefined) this.#wakeIn(ms)
  }

  #wakeIn(ms: number): void {
    const at = performance.now() + ms
    if (this.#stopped || at >= this.#timerAt) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    const wake = (): void => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.wake()
    }
    this.#timer = setTimeout(wake, Math.min(Math.max(0, ms), longestMs)).unref()
  }
}

/** The longest that a timer can wait. */
const longestMs = 2 ** 31 - 1
