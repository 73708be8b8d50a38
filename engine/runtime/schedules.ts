import type { Consumer, Scheduled } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Clock, Logger, TickCount } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import type { TickRecord } from '../core/ticks.ts'
import { Leases } from '../durable/leases.ts'
import { Presence } from '../durable/presence.ts'
import { tickHistory } from '../durable/tick-history.ts'
import { StoredTicks } from '../durable/ticks.ts'

export interface SchedulesOptions {
  readonly store: Store
  readonly node: string
  readonly log: Logger
  readonly clock: Clock
  readonly ticked?: ((count: TickCount) => void) | undefined
  /** What is open now, by the channel's id. */
  readonly consumers: ReadonlyMap<string, Consumer>
}

/** One schedule, as it is shown. Times are milliseconds since the epoch. */
export interface ScheduleState {
  /** The pipeline and the channel: `update-cache/schedule`. */
  readonly name: string
  readonly times: string
  readonly paused: boolean
  /** The next times, three at most; none where it is paused. */
  readonly next: readonly number[]
  /** Ticks that are run now or wait, on all nodes. */
  readonly open: number
  readonly last: TickRecord | undefined
}

/** The lease of a run, in milliseconds: a node that dies with it is replaced after so long. */
const lease = { leaseMs: 30_000, renewMs: 10_000, marginMs: 5_000 }
const channelPrefix = 'channel/'

/** The schedules of this gateway: where their ticks are kept, and what an operator may do with them. Everything rejects with STORE, or NOT_FOUND for a name. */
export class Schedules {
  readonly #options: SchedulesOptions
  readonly #leases: Leases
  readonly #presence: Presence

  constructor(options: SchedulesOptions) {
    const { store, node, log } = options
    this.#options = options
    this.#leases = new Leases({ store, kind: 'tick', owner: node, log, ...lease })
    this.#presence = new Presence(options)
  }

  ticksOf(channel: string): StoredTicks {
    const { store, node, clock, ticked } = this.#options
    const told = (component: string, outcome: TickCount['outcome'], count: number): void => ticked?.({ component, outcome, count })
    return new StoredTicks({ channel, store, node, clock, leases: this.#leases, presence: this.#presence, ticked: told })
  }

  async list(): Promise<readonly ScheduleState[]> {
    const all = [...this.#options.consumers].flatMap(([id, { schedule }]) => (schedule === undefined ? [] : [{ id, schedule }]))
    const states = await Promise.all(all.map(({ id, schedule }) => this.#state(id, schedule)))
    return states.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The newest first. */
  async history(name: string, limit: number): Promise<readonly TickRecord[]> {
    return await tickHistory(this.#options.store, this.#find(name).id, limit)
  }

  /** A run besides the ticks; gives its time, by which the history shows it. */
  async run(name: string): Promise<number> {
    const { id, schedule } = this.#find(name)
    const now = this.#options.clock.now()
    await this.ticksOf(id).ask(now, schedule.inRow)
    schedule.look()
    return now
  }

  async pause(name: string): Promise<void> {
    await this.ticksOf(this.#find(name).id).pause()
  }

  async resume(name: string): Promise<void> {
    const { id, schedule } = this.#find(name)
    await this.ticksOf(id).resume(schedule.times)
  }

  async #state(id: string, { next, times }: Scheduled): Promise<ScheduleState> {
    const { store, clock } = this.#options
    const ticks = this.ticksOf(id)
    const [paused, waiting, [last]] = await Promise.all([ticks.paused(), ticks.waiting(), tickHistory(store, id, 1)])
    const coming: number[] = []
    for (let at = next(clock.now()); at !== undefined && coming.length < 3 && !paused; at = next(at)) coming.push(at)
    return { name: id.slice(channelPrefix.length), times, paused, next: coming, open: waiting.length, last }
  }

  /** By pipeline and channel, or by the pipeline alone where it has one schedule. */
  #find(name: string): { readonly id: string; readonly schedule: Scheduled } {
    const found = [...this.#options.consumers].flatMap(([id, { schedule }]) => {
      const own = id.slice(channelPrefix.length)
      return schedule !== undefined && (own === name || own.startsWith(`${name}/`)) ? [{ id, schedule }] : []
    })
    const exact = found.find(({ id }) => id === `${channelPrefix}${name}`) ?? (found.length === 1 ? found[0] : undefined)
    if (exact !== undefined) return exact
    if (found.length === 0) throw new SluiceError('NOT_FOUND', `there is no schedule "${name}"`)
    throw new SluiceError(
      'NOT_FOUND',
      `"${name}" has several schedules: ${found.map(({ id }) => id.slice(channelPrefix.length)).join(', ')}`,
    )
  }
}
