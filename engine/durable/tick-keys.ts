import type { Json } from '../core/message.ts'
import type { Entry } from '../core/store.ts'
import type { TickReason } from '../core/ticks.ts'

/** What is kept of a tick that is not over. */
export interface LiveHead {
  readonly [name: string]: Json
  readonly tick: number
  readonly why: TickReason
  /** The attempt is the entry's version less this: versions grow with every claim, and with what is no attempt. */
  readonly since: number
}

/** What `StoredTicks` wrote. */
export const headOf = (head: Json): LiveHead => head as LiveHead

export function keyOf(channel: string, tick: number, why: TickReason): string {
  const at = new Date(tick).toISOString()
  return why === 'tick' ? `${channel}/${at}` : `${channel}/${why}/${at}`
}

/** The group of what is over. */
export const historyOf = (channel: string): string => `done/${channel}`

/** Facts: how far the ticks of a channel were dealt with; that it is paused. */
export const reachedKey = (channel: string): string => `schedule/reached/${channel}`
export const pausedGroup = 'paused'
export const pauseKey = (channel: string): string => `schedule/paused/${channel}`

/** The tick that is kept as reached, where it was one of these times. */
export function timesOf(entry: Entry | undefined, times: string): number | undefined {
  if (entry === undefined) return undefined
  // What `StoredTicks` wrote.
  const reached = entry.head as { readonly tick: number; readonly times: string }
  return reached.times === times ? reached.tick : undefined
}
