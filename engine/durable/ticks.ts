import { SluiceError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { Change, FullEntry, Store } from '../core/store.ts'
import type { ClaimedTick, Note, Noting, Reached, TickEnd, TickOutcome, TickReason, Ticks, WaitingTick } from '../core/ticks.ts'
import type { Leases } from './leases.ts'
import type { Presence } from './presence.ts'
import { recordChange } from './tick-history.ts'
import { headOf, keyOf, type LiveHead, pausedGroup, pauseKey, reachedKey, timesOf } from './tick-keys.ts'

export interface StoredTicksOptions {
  /** The channel's id. */
  readonly channel: string
  readonly store: Store
  readonly node: string
  readonly clock: Clock
  /** Of kind `tick`. */
  readonly leases: Leases
  readonly presence: Presence
  /** Told of every tick that is over. */
  readonly ticked: (channel: string, outcome: TickOutcome, count: number) => void
}

/** Unclaimed ticks are kept no longer, in milliseconds: what could not be run for so long nobody wants. */
const keptMs = 30 * 86_400_000
/** How long it is known how far ticks were dealt with: more than a year, for what comes once a year. */
const reachedMs = 400 * 86_400_000

/**
 * Ticks over the store. One entry of kind `tick` for each: its key decides that there is one, its lease who runs it. What is not over is in the
 * group of the channel, and in its one lane where runs are in a row; what is over is put anew, without a lane, in the group of its history.
 */
export class StoredTicks implements Ticks {
  readonly #options: StoredTicksOptions

  constructor(options: StoredTicksOptions) {
    this.#options = options
  }

  async reached(times: string): Promise<Reached> {
    const entry = await this.#options.store.get('fact', reachedKey(this.#options.channel))
    return { tick: timesOf(entry, times), version: entry?.version ?? 0 }
  }

  async note({ ticks, reached, times, inRow, expect }: Note): Promise<Noting> {
    const { channel, store } = this.#options
    const expected = expect === undefined ? undefined : expect === 0 ? 'absent' : expect
    const conflict = await store.commit([
      // Nothing to remove: a condition.
      { remove: { kind: 'fact', key: pauseKey(channel) }, expect: 'absent' },
      { put: this.#reach(reached, times), expect: expected },
      ...ticks.map(tick => this.#put(tick, 'tick', inRow)),
    ])
    if (conflict === undefined) return 'noted'
    return (['paused', 'moved'] as const)[conflict.at] ?? 'known'
  }

  /** A run besides the ticks, asked for by somebody; also where the schedule is paused. */
  async ask(at: number, inRow: boolean): Promise<void> {
    await this.#options.store.commit([this.#put(at, 'run', inRow)])
  }

  async waiting(): Promise<readonly WaitingTick[]> {
    const entries = await this.#options.store.list({ kind: 'tick', group: this.#options.channel, limit: 1000 })
    return entries.map(({ head, due, lease }) => {
      return { tick: headOf(head).tick, free: Math.max(due, lease?.until ?? 0), heldUntil: lease?.until }
    })
  }

  async inherit(): Promise<void> {
    const { channel, store, node } = this.#options
    if (store.shared) return
    const entries = await store.list({ kind: 'tick', group: channel, limit: 1000 })
    const dead = entries.filter(({ lease }) => lease !== undefined && lease.owner !== node)
    for (const { key, head, version } of dead) {
      const { tick, why, since } = headOf(head)
      // The change makes one version more, which is no attempt.
      const next: LiveHead = { tick, why, since: since + 1 }
      await store.commit([{ update: { kind: 'tick', key, due: 0, head: next }, expect: version }])
    }
  }

  async claim(limit: number): Promise<readonly ClaimedTick[]> {
    const { channel, store, node, leases } = this.#options
    const before = performance.now()
    const entries = await store.claim({ kind: 'tick', group: channel, owner: node, leaseMs: leases.leaseMs, limit, bytes: 1 })
    return entries.map(entry => this.#claimed(entry, before))
  }

  async skip(tick: number, following: number | undefined): Promise<void> {
    const now = this.#options.clock.now()
    const record = { tick, why: 'tick', outcome: 'skipped', attempts: 0, node: this.#options.node, begun: now, ended: now } as const
    // Version 1: nobody has claimed it since.
    const conflict = await this.#options.store.commit([recordChange(this.#options.channel, record, { following, expect: 1 })])
    if (conflict === undefined) this.#options.ticked(this.#options.channel, 'skipped', 1)
  }

  missed(count: number): void {
    this.#options.ticked(this.#options.channel, 'missed', count)
  }

  /** No tick is put down from here on, by any node; what was put down before is run. */
  async pause(): Promise<void> {
    const { channel, store, clock } = this.#options
    await store.commit([{ put: { kind: 'fact', key: pauseKey(channel), group: pausedGroup, head: { channel, since: clock.now() } } }])
  }

  async paused(): Promise<boolean> {
    return (await this.#options.store.get('fact', pauseKey(this.#options.channel))) !== undefined
  }

  /** From now on; what came in between was not missed. */
  async resume(times: string): Promise<void> {
    const { channel, store, clock } = this.#options
    const reached = this.#reach(clock.now(), times)
    await store.commit([{ remove: { kind: 'fact', key: pauseKey(channel) } }, { put: reached }])
  }

  async start(at: number, inRow: boolean): Promise<readonly ClaimedTick[] | undefined> {
    const { channel, presence, store } = this.#options
    if (!store.shared) return presence.begin(channel) ? [this.#local(at)] : undefined
    return (await presence.first(channel, [this.#put(at, 'start', inRow)])) ? await this.claim(1) : undefined
  }

  async leave(): Promise<void> {
    await this.#options.presence.leave(this.#options.channel)
  }

  #reach(tick: number, times: string) {
    const { channel, clock } = this.#options
    const head = { tick, times }
    return { kind: 'fact', key: reachedKey(channel), group: 'schedule', expires: clock.now() + reachedMs, head } as const
  }

  #put(tick: number, why: TickReason, inRow: boolean): Change {
    const { channel, clock } = this.#options
    const head: LiveHead = { tick, why, since: 1 }
    const key = keyOf(channel, tick, why)
    const lane = inRow ? 'row' : ''
    return { put: { kind: 'tick', key, group: channel, lane, expires: clock.now() + keptMs, head }, expect: 'absent' }
  }

  #claimed(entry: FullEntry, before: number): ClaimedTick {
    const { channel, store, node, clock, leases, ticked } = this.#options
    const { tick, why, since } = headOf(entry.head)
    const { key, version } = entry
    const lost = new AbortController()
    const begun = clock.now()
    const held = leases.hold(key, before, () =>
      lost.abort(new SluiceError('CANCELLED', `the lease of the tick ${new Date(tick).toISOString()} is lost`)),
    )
    return {
      tick,
      attempt: version - since,
      lost: lost.signal,
      done: async ({ outcome, code, following }: TickEnd) => {
        const record = { tick, why, outcome, attempts: version - since, node, begun, ended: clock.now(), code }
        const conflict = await store.commit([recordChange(channel, record, { following, expect: version })])
        held.release()
        if (conflict === undefined) ticked(channel, outcome, 1)
      },
      back: async delayMs => {
        held.release()
        // The change makes version + 1, the next claim version + 2, and this attempt is made again.
        const head: LiveHead = { tick, why, since: since + 2 }
        await store.commit([{ update: { kind: 'tick', key, due: clock.now() + delayMs, head }, expect: version }])
      },
    }
  }

  /** A run that nobody else could make, and that a restart makes anew: nothing is kept of it before it is over. */
  #local(at: number): ClaimedTick {
    const { channel, store, node, clock, ticked } = this.#options
    return {
      tick: at,
      attempt: 1,
      lost: new AbortController().signal,
      done: async ({ outcome, code, following }: TickEnd) => {
        const record = { tick: at, why: 'start', outcome, attempts: 1, node, begun: at, ended: clock.now(), code } as const
        await store.commit([recordChange(channel, record, { following })])
        ticked(channel, outcome, 1)
      },
      back: async () => {},
    }
  }
}
