import type { Next } from '../../kit/next.ts'

/** Which ticks that were missed are run: none, the newest, or all; of those that are no older than `within`, in milliseconds. */
export interface CatchUpPolicy {
  readonly catchup: 'none' | 'last' | 'all'
  readonly within: number
}

/** What to do about a tick that is due and about those after it. */
export interface CatchUp {
  /** The oldest first; a hundred at most, and `following` is due where there are more. */
  readonly run: readonly number[]
  /** The newest tick that is dealt with: run, or missed. */
  readonly reached: number
  /** At most a thousand are counted: `more` says that there were others. */
  readonly missed: number
  readonly more: boolean
  readonly following: number | undefined
}

/** A tick is on time so long, in milliseconds: a process that is busy, a store that was away for a moment, have missed nothing. */
export const onTimeMs = 5_000

const countedAtMost = 1_000
const runAtMost = 100

/** Of all ticks from `due` to `now`, after a time without the gateway, a pause of the machine or a leap of its clock. Pure. */
export function catchUp(due: number, now: number, next: Next, { catchup, within }: CatchUpPolicy): CatchUp {
  const oldest = now - (catchup === 'none' ? onTimeMs : Math.max(within, onTimeMs))
  const newest = newestOf(due, now, next)
  if (newest < oldest) return { run: [], reached: newest, ...count(due, newest + 1, next), following: next(newest) }
  if (catchup !== 'all') return { run: [newest], reached: newest, ...count(due, newest, next), following: next(newest) }
  const first = due >= oldest ? due : (next(oldest - 1) ?? newest)
  const run = [first]
  let following = next(first)
  while (following !== undefined && following <= now && run.length < runAtMost) {
    run.push(following)
    following = next(following)
  }
  return { run, reached: run.at(-1) ?? first, ...count(due, first, next), following }
}

/** The ticks from `due`, which is one, to before `end`. */
function count(due: number, end: number, next: Next): { readonly missed: number; readonly more: boolean } {
  let missed = 0
  let tick: number | undefined = due
  while (tick !== undefined && tick < end && missed < countedAtMost) {
    missed++
    tick = next(tick)
  }
  return { missed, more: tick !== undefined && tick < end }
}

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
