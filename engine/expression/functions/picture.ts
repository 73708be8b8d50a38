import { type Borrowed, borrow } from '../borrow.ts'
import type { Run } from '../budget.ts'
import { Fault } from '../errors.ts'
import type { Builtin } from './builtin.ts'

/** Pictures are short; nothing that is read by one is long. */
const longestPicture = 200
const longestText = 100
/** What one call may cost, in steps. */
const cost = 2000

const timeFormatter = borrow('fromMillis')

/** The borrowed functions, each behind a guard: borrowed code charges no budget and cannot be interrupted. */
export const pictureFunctions: readonly Builtin[] = [
  guarded('formatNumber', '<n-so?:s>', 3, checkPicture),
  guarded('formatInteger', '<n-s:s>', 2, checkPicture),
  guarded('parseInteger', '<s-s:n>', 2, checkReading),
  guarded('fromMillis', '<n-s?s?:s>', 3, (picture, args) => checkPicture(picture) && short(args[2], longestText)),
  guarded('toMillis', '<s-s?:n>', 2, checkReading),
]

/** `$now` in a picture and at an offset; without them ISO 8601 in UTC. */
export function formatTime(run: Run, millis: number, picture: unknown, offset: unknown): unknown {
  run.charge(cost)
  if (!checkPicture(picture) || !short(offset, longestText)) throw new Fault('U1015', { token: 'the function' })
  return timeFormatter(new Date(millis), [millis, picture, offset])
}

function guarded(
  name: Borrowed,
  signature: string,
  arity: number,
  allowed: (picture: unknown, args: readonly unknown[]) => boolean,
): Builtin {
  const borrowed = borrow(name)
  const call = (run: Run, ...args: readonly unknown[]): unknown => {
    run.charge(cost)
    if (!allowed(args[1], args)) throw new Fault('U1015', { token: `$${name}` })
    return borrowed(new Date(run.now()), args)
  }
  return { name, signature, arity, call }
}

const short = (value: unknown, most: number): boolean => value === undefined || (typeof value === 'string' && value.length <= most)

/** A width of three digits would be a text of a thousand characters. */
function checkPicture(picture: unknown): boolean {
  return picture === undefined || (typeof picture === 'string' && picture.length <= longestPicture && !/\[[^\]]*,[^\]]*\d{3}/.test(picture))
}

function checkReading(picture: unknown, args: readonly unknown[]): boolean {
  return short(args[0], longestText) && checkPicture(picture) && (typeof picture !== 'string' || looseMarkers(picture) <= 3)
}

/**
 * The package reads by a backtracking regular expression made from the picture. Digits of fixed width, or with something else between them,
 * leave it no choice; names, words, letters and digits that touch do, and a few of them already make a choice of thousands.
 */
function looseMarkers(picture: string): number {
  let loose = 0
  for (const [, before = '', marker = ''] of picture.matchAll(/([^[]*)\[([^\]]*)\]/g)) {
    const named = /^.[NnAaIiWw]/.test(marker) || /^[FP]$/.test(marker)
    const touching = !/[^0-9]/.test(before) && (before !== '' || marker.includes('#'))
    if (named || touching) loose += 1
  }
  return loose
}
