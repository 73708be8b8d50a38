import type { Next } from './next.ts'

/** What to do about a tick that is due: the newest one that is, how many were missed before it, and the one to wait for. */
export interface CatchUp {
  readonly tick: number
  /** At most a hundred are counted: `more` says that there were others. */
  readonly missed: number
  readonly more: boolean
  readonly following: number | undefined
}

/** Of all ticks since `due`, after a pause of the machine or a leap of its clock, only the newest is run. Pure. */
export function catchUp(due: number, now: number, next: Next): CatchUp {
  let tick = due
  let missed = 0
  let following = next(due)
  while (following !== undefined && following <= now && missed < countedAtMost) {
    missed++
    tick = following
    following = next(tick)
  }
  if (following === undefined || following > now) return { tick, missed, more: false, following }
  const newest = newestOf(following, now, next)
  return { tick: newest, missed, more: true, following: next(newest) }
}

const countedAtMost = 100

/** The newest tick up to `now`, found by halving the time that may hold it. `known` is a tick. */
function newestOf(known: number, now: number, next: Next): number {
  let tick = known
  let end = now
  while (end - tick > 1) {
    const middle = Math.floor((tick + end) / 2)
    const found = next(middle)
    if (found !== undefined && found <= end) tick = found
    else end = middle
  }
  return next(tick) === end ? end : tick
}
