import type { Consumer, Handle, Host, Scheduled } from '../../core/component.ts'
import type { Body } from '../../core/message.ts'
import type { ClaimedTick } from '../../core/ticks.ts'
import type { Next } from '../../kit/next.ts'
import { type CatchUpPolicy, catchUp, onTimeMs } from './catch-up.ts'
import { Runs } from './runs.ts'
import { Sleeps } from './sleeps.ts'
import { Turns } from './turns.ts'

export interface ScheduleOptions extends CatchUpPolicy {
  readonly body: Body
  /** One run at the start, besides the ticks. */
  readonly immediately: boolean
  /** What becomes of a tick that comes while the run before it goes on: it is skipped, it waits, it runs beside it. */
  readonly overlap: 'skip' | 'queue' | 'allow'
  /** When ticks come, as text: a channel whose times were changed has missed nothing of the new ones. */
  readonly times: string
}

/** How long after a tick that another node runs is looked whether it could: its lease is over then. */
const lookPause = 35_000
const spread = 500
/** What must survive a crash is looked at so long after the run at the start began, unless it is over before. */
const startPause = 1_000
/** Runs of a channel at once, and ticks that wait. */
const runsAtMost = 256
const waitAtMost = 100
/** What was reached further ahead than this was reached by a wrong clock, in milliseconds. */
const aheadMs = 3_600_000

/** Waits for a tick, puts it down in the store, and runs what it claims there. Every node does: the store decides who runs. */
export class ScheduleConsumer implements Consumer {
  readonly settled?: Promise<void>
  readonly schedule: Scheduled
  readonly #next: Next
  readonly #options: ScheduleOptions
  readonly #host: Host
  readonly #runs: Runs
  readonly #sleeps = new Sleeps()
  readonly #turns: Turns
  readonly #first = Promise.withResolvers<void>()
  readonly #inRow: boolean
  /** Ticks count from here and not from `open`, so that none is lost between the consumer before this one and this. */
  readonly #since: number
  #found = false
  /** The tick that is waited for. */
  #due: number | undefined
  /** The next look that is planned, by `performance.now()`. */
  #lookAt = Number.POSITIVE_INFINITY
  /** More is put down than is claimed: the end of a run is the time to claim again. */
  #more = false
  /** What this node put down and did not claim yet. */
  readonly #waiting = new Set<number>()
  #starting = false
  #closing: Promise<void> | undefined

  constructor(next: Next, options: ScheduleOptions, handle: Handle, host: Host) {
    this.#next = next
    this.#options = options
    this.#host = host
    this.#inRow = options.overlap !== 'allow'
    this.#since = host.clock.now()
    this.#turns = new Turns(host, this.#sleeps)
    this.#runs = new Runs({ body: options.body, next, handle, host, told: run => this.#turns.tell({ run }) })
    this.schedule = {
      next,
      times: options.times,
      inRow: this.#inRow,
      look: () => this.#turns.take('looking for what waits', () => this.#look()),
    }
    if (options.immediately) this.settled = this.#first.promise
  }

  open(): void {
    if (this.#closing !== undefined) return
    this.#turns.tell({})
    const find = (): void => {
      if (this.#found) return
      this.#found = true
      this.#turns.take('looking how far ticks are dealt with', () => this.#find())
    }
    if (!this.#options.immediately) {
      find()
      return
    }
    this.#turns.take('starting', () => this.#start())
    void this.#first.promise.then(find)
    this.#sleeps.sleep(startPause, find)
  }

  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal)
    return this.#closing
  }

  /** A tick that is claimed is run, even where closing came in between; so is one whose time has come and whose timer was late: other times count from later. */
  async #close(signal: AbortSignal): Promise<void> {
    this.#sleeps.end()
    if (this.#due !== undefined && this.#due <= this.#host.clock.now()) this.#wake(this.#due)
    await this.#turns.end()
    await this.#runs.settled(signal)
    this.#first.resolve()
    if (this.#options.immediately) await this.#host.ticks.leave().catch(error => this.#host.log.debug('leave', { error }))
  }

  /** The run of `immediately`. */
  async #start(): Promise<void> {
    const claimed = await this.#host.ticks.start(this.#host.clock.now(), this.#inRow)
    if (claimed === undefined) return this.#first.resolve()
    this.#starting = true
    this.#more = true
    const runs = claimed.map(one => this.#run(one))
    void Promise.all(runs).then(() => {
      this.#starting = false
      this.#first.resolve()
    })
  }

  /** From the last tick that any node dealt with, before this process or beside it. */
  async #find(): Promise<void> {
    const { ticks, log } = this.#host
    const { times } = this.#options
    const { tick, version } = await ticks.reached(times)
    const ahead = tick !== undefined && tick > this.#since + aheadMs
    if (ahead) log.warn('schedule ahead of the clock', { reached: new Date(tick).toISOString() })
    const known = tick !== undefined && !ahead
    if (!known) await ticks.note({ ticks: [], reached: this.#since, times, inRow: this.#inRow, expect: version })
    this.#arm(this.#next(known ? tick : this.#since))
    await ticks.inherit()
    await this.#look()
  }

  #arm(due: number | undefined): void {
    this.#due = due
    if (due === undefined) return
    this.#sleeps.sleep(due - this.#host.clock.now(), () => this.#wake(due))
  }

  #wake(due: number): void {
    if (this.#host.clock.now() < due) {
      this.#arm(due)
      return
    }
    this.#due = undefined
    this.#turns.take(`putting down ${new Date(due).toISOString()}`, () => this.#deal(due))
  }

  async #deal(due: number): Promise<void> {
    const now = this.#host.clock.now()
    const following = this.#next(due)
    if (now - due > onTimeMs || (following !== undefined && following <= now)) return await this.#catchUp(due, now)
    const { times } = this.#options
    const noting = await this.#host.ticks.note({ ticks: [due], reached: due, times, inRow: this.#inRow })
    this.#arm(following)
    if (noting === 'noted') await this.#take(due, following)
    if (noting === 'known') this.#lookLater(lookPause)
  }

  /** Ticks were missed, by all nodes or by this one: the store knows. */
  async #catchUp(due: number, now: number): Promise<void> {
    const { ticks, log } = this.#host
    const { times } = this.#options
    const { tick, version } = await ticks.reached(times)
    const first = tick === undefined || tick < due || tick > now + aheadMs ? due : this.#next(tick)
    if (first === undefined || first > now) {
      this.#arm(first)
      return this.#lookLater(this.#turns.troubled ? 0 : lookPause)
    }
    // The ticks before these go on: they would be put down without end.
    if (this.#more && this.#options.catchup === 'all') return this.#sleeps.sleep(1_000, () => this.#wake(first))
    const { run, reached, missed, more, following } = catchUp(first, now, this.#next, this.#options)
    const noting = await ticks.note({ ticks: run, reached, times, inRow: this.#inRow, expect: version })
    if (noting === 'moved') return this.#sleeps.sleep(0, () => this.#wake(first))
    this.#arm(following)
    if (noting === 'paused') return
    if (noting === 'noted' && missed > 0) {
      ticks.missed(missed)
      log.warn('schedule ticks missed', { since: new Date(first).toISOString(), missed, more, newest: new Date(reached).toISOString() })
    }
    if (noting === 'known') return this.#lookLater(lookPause)
    const [newest] = run
    if (newest === undefined) return
    if (run.length === 1) return await this.#take(newest, following)
    for (const one of run) this.#waiting.add(one)
    await this.#look()
  }

  /** A tick that this node put down, and no other with it. */
  async #take(tick: number, following: number | undefined): Promise<void> {
    const { ticks, log } = this.#host
    const claimed = await this.#claim()
    if (claimed.some(one => one.tick === tick)) return
    const { overlap } = this.#options
    if (overlap === 'skip' || (await ticks.waiting()).length > waitAtMost) {
      await ticks.skip(tick, following)
      log.warn('schedule tick skipped', { tick: new Date(tick).toISOString(), reason: 'the run before it still goes on' })
    } else {
      this.#more = true
      this.#waiting.add(tick)
    }
    this.#lookLater(lookPause)
  }

  /** What can be claimed is run: what other nodes died with, what waits in a row, what somebody asked for. */
  async #look(): Promise<void> {
    const { ticks, clock } = this.#host
    const waiting = await ticks.waiting()
    this.#more = waiting.length > 0
    if (waiting.length === 0) return this.#waiting.clear()
    const now = clock.now()
    const held = new Map(waiting.map(one => [one.tick, one.heldUntil ?? 0]))
    if (waiting.some(one => one.free <= now)) {
      const claimed = await this.#claim(one => this.#isMissed(one, held.get(one.tick) ?? 0))
      this.#more = waiting.length > claimed.length
    }
    this.#lookLater(Math.min(lookPause, Math.max(1_000, ...waiting.map(one => one.free - now).filter(ms => ms > 0))))
  }

  /** Nobody worked on it for too long; not for what waits here, or for its turn. */
  #isMissed({ tick, attempt }: ClaimedTick, heldUntil: number): boolean {
    const { catchup, within, overlap } = this.#options
    if (this.#waiting.has(tick) || (overlap === 'queue' && tick >= this.#since)) return false
    const now = this.#host.clock.now()
    if (catchup === 'none') return attempt > 1 || now - tick > onTimeMs
    return now - Math.max(tick, heldUntil) > Math.max(within, onTimeMs)
  }

  async #claim(isMissed: (claimed: ClaimedTick) => boolean = () => false): Promise<readonly ClaimedTick[]> {
    const room = this.#inRow ? Number(!this.#starting) : runsAtMost - this.#runs.count
    const claimed = room > 0 ? await this.#host.ticks.claim(room) : []
    for (const one of claimed) {
      if (isMissed(one)) {
        await one.done({ outcome: 'missed', following: this.#next(one.tick) })
        this.#turns.take('looking for what waits', () => this.#look())
      } else void this.#run(one)
      this.#waiting.delete(one.tick)
    }
    return claimed
  }

  /** Never rejects. */
  async #run(claimed: ClaimedTick): Promise<void> {
    const again = await this.#runs.run(claimed)
    if (again !== undefined) this.#lookLater(again)
    if (this.#more || this.#options.overlap === 'queue') this.#turns.take('looking for what waits', () => this.#look())
  }

  /** What another node works on, or what waits behind it, may be left to this one. */
  #lookLater(ms: number): void {
    // Not all nodes at once.
    const at = performance.now() + ms + Math.random() * spread
    if (at > this.#lookAt) return
    this.#lookAt = at
    this.#sleeps.sleep(at - performance.now(), () => {
      if (this.#lookAt === at) this.#lookAt = Number.POSITIVE_INFINITY
      this.#turns.take('looking for what waits', () => this.#look())
    })
  }
}
