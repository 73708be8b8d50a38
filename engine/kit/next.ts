import type { Duration } from '../core/duration.ts'
import type { CronFields } from './cron.ts'
import { instantsOf, type Offsets, offsetsAround, type WallClock } from './zone.ts'

/** The first tick after an instant; `undefined` where none comes any more. Milliseconds since the epoch. Pure. */
export type Next = (after: number) => number | undefined

/** Ticks aligned to the epoch, so that all nodes name the same ones. */
export const everyNext =
  (every: Duration): Next =>
  after =>
    (Math.floor(after / every) + 1) * every

/**
 * Ticks of a cron expression by the clock on the wall. A time that does not exist, because clocks spring forward, comes once, right after the
 * leap. One that exists twice, because they fall back, comes once, the first time, unless every hour matches: then it is a rhythm and comes twice.
 */
export function cronNext(fields: CronFields, clock: WallClock): Next {
  return after => {
    // From the day before: what a leap shifts over midnight is still to come.
    const start = Math.floor(clock(Math.floor(after / 1000) * 1000) / dayMs) * dayMs - dayMs
    let best: number | undefined
    for (let day = start; day < start + horizonMs; day += dayMs) {
      if (!fields.matches(new Date(day))) continue
      const offsets = offsetsAround(clock, day)
      const found = firstOf(day, fields, offsets, after)
      if (found === undefined) continue
      if (best !== undefined) return Math.min(best, found)
      if (offsets.before === offsets.after) return found
      // Where clocks fall back over midnight, the next day begins before this one is over.
      best = found
    }
    return best
  }
}

const dayMs = 86_400_000
/** The rarest date that can be said, a fifth Monday of February, comes at least every 40 years. */
const horizonMs = 42 * 366 * dayMs

/** The first instant of one date that is later than `after`. */
function firstOf(day: number, fields: CronFields, offsets: Offsets, after: number): number | undefined {
  const earliest = after + Math.min(offsets.before, offsets.after)
  const spread = Math.max(offsets.before, offsets.after)
  let best = Number.POSITIVE_INFINITY
  for (const hour of fields.hours) {
    const hourStart = day + hour * 3_600_000
    if (hourStart + 3_600_000 <= earliest) continue
    for (const minute of fields.minutes) {
      const minuteStart = hourStart + minute * 60_000
      if (minuteStart + 60_000 <= earliest) continue
      for (const second of fields.seconds) {
        const wall = minuteStart + second * 1000
        if (wall <= earliest) continue
        if (wall - spread > best) return best
        for (const instant of instantsOf(wall, offsets, fields.everyHour)) if (instant > after) best = Math.min(best, instant)
      }
    }
  }
  return Number.isFinite(best) ? best : undefined
}
