import { type Job, scheduleJob } from 'node-schedule'
import type { Consumer, Handle, Host } from '../../core/component.ts'
import { asSluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import { catchUp } from './catch-up.ts'
import type { Next } from './next.ts'

export interface ScheduleOptions {
  readonly body: Body
  /** One run at the start of the process, besides the ticks. */
  readonly immediately: boolean
}

/** The longest sleep, in milliseconds: a clock that was set forward is noticed after it. */
const longestSleep = 60_000
/** The shortest: node-schedule refuses a time that has passed by the time it looks. */
const shortestSleep = 5
/** How long to wait where a tick could not be claimed, in milliseconds. */
const claimPause = 5_000

/** Sleeps until a tick is due, with one-shot jobs of node-schedule; claims the tick, then hands it on. One thing at a time. */
export class ScheduleConsumer implements Consumer {
  readonly settled?: Promise<void>
  readonly #next: Next
  readonly #options: ScheduleOptions
  readonly #handle: Handle
  readonly #host: Host
  readonly #cut = new AbortController()
  /** Ticks count from here and not from `open`, so that none is lost between the consumer before this one and this. */
  readonly #since: number
  readonly #first = Promise.withResolvers<void>()
  readonly #jobs = new Set<Job>()
  #busy: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(next: Next, options: ScheduleOptions, handle: Handle, host: Host) {
    this.#next = next
    this.#options = options
    this.#handle = handle
    this.#host = host
    this.#since = host.clock.now()
    if (options.immediately) this.settled = this.#first.promise
  }

  open(): void {
    if (this.#closing !== undefined) return
    this.#host.status({ state: 'ready' })
    if (this.#options.immediately) this.#start()
    this.#arm(this.#next(this.#since))
  }

  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal)
    return this.#closing
  }

  /** A tick that is claimed is run, even where closing came in between: nobody else would. */
  async #close(signal: AbortSignal): Promise<void> {
    for (const job of this.#jobs) job.cancel()
    const given = Promise.withResolvers<void>()
    const giveUp = (): void => {
      this.#cut.abort(signal.reason)
      given.resolve()
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    await Promise.race([given.promise, this.#busy])
    signal.removeEventListener('abort', giveUp)
    this.#first.resolve()
  }

  /** The run of `immediately`: once for the process, however often the configuration is loaded. */
  #start(): void {
    const again = (): void => this.#sleep(claimPause, () => this.#start())
    if (this.#busy !== undefined) {
      again()
      return
    }
    this.#occupy(`immediately/${new Date(performance.timeOrigin).toISOString()}`, this.#host.clock.now(), claimed => {
      if (claimed === undefined) again()
      if (claimed === false) this.#first.resolve()
    })
  }

  #arm(due: number | undefined): void {
    if (due !== undefined) this.#sleep(due - this.#host.clock.now(), () => this.#wake(due))
  }

  #wake(due: number): void {
    const now = this.#host.clock.now()
    if (now < due) {
      this.#arm(due)
      return
    }
    const { tick, missed, more, following } = catchUp(due, now, this.#next)
    const at = new Date(tick).toISOString()
    if (missed > 0) this.#host.log.warn('schedule ticks missed', { since: new Date(due).toISOString(), missed, more, newest: at })
    if (this.#busy !== undefined) {
      this.#host.log.warn('schedule tick skipped', { tick: at, reason: 'the run before it still goes on' })
      this.#arm(following)
      return
    }
    this.#occupy(at, tick, claimed => {
      if (claimed === undefined) this.#sleep(claimPause, () => this.#wake(tick))
      else this.#arm(following)
    })
  }

  #sleep(ms: number, wake: () => void): void {
    if (this.#closing !== undefined) return
    const woken = (): void => {
      if (job !== null) this.#jobs.delete(job)
      wake()
    }
    const sleep = Math.max(shortestSleep, Math.min(ms, longestSleep))
    // node-schedule computes with the process's clock; should that leap right here, it gives null, and another second is nothing.
    const job: Job | null = scheduleJob(new Date(Date.now() + sleep), woken) ?? scheduleJob(new Date(Date.now() + 1000), woken)
    if (job !== null) this.#jobs.add(job)
  }

  /** Claims, and runs what is claimed. `next` is told of the claim before the run: `undefined` where nobody can tell. */
  #occupy(key: string, tick: number, next: (claimed: boolean | undefined) => void): void {
    const work = async (): Promise<void> => {
      const claimed = await this.#claim(key)
      next(claimed)
      if (claimed === true) await this.#hand(new Date(tick).toISOString())
      this.#busy = undefined
    }
    this.#busy = work()
  }

  /** Where nobody can tell there is no run: never two. */
  async #claim(key: string): Promise<boolean | undefined> {
    try {
      return await this.#host.claim(`${this.#host.id}/${key}`)
    } catch (thrown) {
      this.#degrade(`${key} could not be claimed`, thrown)
      return undefined
    }
  }

  /** Never rejects. */
  async #hand(tick: string): Promise<void> {
    try {
      await this.#handle({ body: { value: this.#options.body }, headers: {}, source: { tick } }, this.#cut)
      this.#host.status({ state: 'ready' })
    } catch (thrown) {
      this.#degrade(`the run of ${tick} failed`, thrown)
    }
    this.#first.resolve()
  }

  /** Says the code and not the sentence, which may tell of the message. */
  #degrade(what: string, thrown: unknown): void {
    this.#host.status({ state: 'degraded', reason: `${what}: ${asSluiceError(thrown).reason}` })
  }
}
