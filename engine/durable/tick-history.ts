import type { Change, Store } from '../core/store.ts'
import type { TickRecord } from '../core/ticks.ts'
import { readHead } from './head.ts'
import { historyOf, keyOf } from './tick-keys.ts'

/** A tick is remembered for so many of its intervals, and within these bounds: no node may come so late that it would run it again. */
const intervals = 100
const leastMs = 3_600_000
const mostMs = 30 * 86_400_000

export interface RecordOptions {
  /** When the tick after it comes. */
  readonly following: number | undefined
  /** The version that its entry must have. */
  readonly expect?: number | undefined
}

/** Puts a tick that is over in the place of the one that was to be run. */
export function recordChange(channel: string, record: TickRecord, { following, expect }: RecordOptions): Change {
  const interval = following === undefined ? mostMs : following - record.tick
  const expires = record.ended + Math.min(mostMs, Math.max(leastMs, intervals * interval))
  const key = keyOf(channel, record.tick, record.why)
  const { code, ...rest } = record
  const head = code === undefined ? rest : { ...rest, code }
  return { put: { kind: 'tick', key, group: historyOf(channel), due: expires, expires, head }, expect }
}

/** How the last ticks ended, the newest first. */
export async function tickHistory(store: Store, channel: string, limit: number): Promise<readonly TickRecord[]> {
  const entries = await store.list({ kind: 'tick', group: historyOf(channel), newestFirst: true, limit })
  // What `recordChange` wrote.
  return entries.map(({ head }) => readHead<TickRecord>(head))
}
