/** What the clock on the wall of a zone shows at an instant, as if it were UTC: milliseconds since the epoch in, and out. Whole seconds. */
export type WallClock = (instant: number) => number

/** `undefined` where there is no such time zone. */
export function openZone(name: string): WallClock | undefined {
  // The usual one, without what the tables of all zones take to load: 15 ms of a start.
  if (name === 'UTC') return instant => Math.floor(instant / 1000) * 1000
  const format = formatOf(name)
  if (format === undefined) return undefined
  return instant => {
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (format.format(instant).match(/\d+/g) ?? []).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}

/** The zone that was probably meant: another spelling, or its city alone. */
export function nearestZone(name: string): string | undefined {
  const wanted = fold(name)
  const zones = Intl.supportedValuesOf('timeZone')
  return zones.find(zone => fold(zone) === wanted) ?? zones.find(zone => fold(zone.slice(zone.lastIndexOf('/') + 1)) === wanted)
}

/** The instants of one date and of its neighbours: the offset before, the offset after, and when the one became the other. */
export interface Offsets {
  readonly before: number
  readonly after: number
  /** The first instant of the offset after; infinite where the clock is not changed. */
  readonly change: number
}

/** `day` is the midnight of the date on the wall, as if it were UTC. No zone changes its clock twice within three days. */
export function offsetsAround(clock: WallClock, day: number): Offsets {
  const offset = (instant: number): number => clock(instant) - instant
  let low = day - dayMs
  let high = day + 2 * dayMs
  const before = offset(low)
  const after = offset(high)
  if (before === after) return { before, after, change: Number.POSITIVE_INFINITY }
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (offset(middle) === before) low = middle
    else high = middle
  }
  return { before, after, change: high }
}

/**
 * When the clock on the wall shows `wall`. A time that the clock leaps over is the instant of the leap; one that it shows twice has two
 * instants, of which the second counts only with `both`.
 */
export function instantsOf(wall: number, { before, after, change }: Offsets, both: boolean): readonly number[] {
  const first = wall - before
  const second = wall - after
  if (first >= change && second < change) return [change]
  if (first >= change) return [second]
  return both && second >= change ? [first, second] : [first]
}

const dayMs = 86_400_000
const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}
