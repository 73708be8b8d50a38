import { type Borrowed, borrow } from '../borrow.ts'
import type { Run } from '../budget.ts'
import { Fault } from '../errors.ts'
import { integerPicture } from '../pictures/integer.ts'
import { numberPicture, writable } from '../pictures/number.ts'
import { isOffset } from '../pictures/offset.ts'
import { timeReader } from '../pictures/read-time.ts'
import { isInstant, timePicture } from '../pictures/write-time.ts'
import type { Builtin } from './builtin.ts'

/** Pictures are short; nothing that is read by one is long. */
const longestPicture = 200
const longestText = 100
/** What one call may cost, in steps: the package's, and ours where the picture was known. */
const cost = 2000
const preparedCost = 20

const timeFormatter = borrow('fromMillis')
const isoPicture = '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]'

/** The borrowed functions, each behind a guard: borrowed code charges no budget and cannot be interrupted. */
export const pictureFunctions: readonly Builtin[] = [
  guarded('formatNumber', '<n-so?:s>', 3, checkPicture, writing(numberPicture)),
  guarded('formatInteger', '<n-s:s>', 2, checkPicture, writing(integerPicture)),
  guarded('parseInteger', '<s-s:n>', 2, checkReading),
  guarded('fromMillis', '<n-s?s?:s>', 3, (picture, args) => checkPicture(picture) && short(args[2], longestText), writingTime),
  guarded('toMillis', '<s-s?:n>', 2, checkReading, reading),
]

/** `$now` in a picture and at an offset; without them ISO 8601 in UTC. */
export function formatTime(run: Run, millis: number, picture: unknown, offset: unknown): unknown {
  run.charge(cost)
  if (!checkPicture(picture) || !short(offset, longestText)) throw new Fault('U1015', { token: 'the function' })
  return timeFormatter(new Date(millis), [millis, picture, offset])
}

/** A moment in a picture that is known, at an offset; `undefined` where the package has to write it. */
export type TimeWriter = (run: Run, millis: number, offset: unknown) => string | undefined

export function prepareTime(picture: string | undefined): TimeWriter | undefined {
  const write = checkPicture(picture) ? timePicture(picture ?? isoPicture) : undefined
  if (write === undefined) return undefined
  return (run, millis, offset) => {
    if (!isInstant(millis, offset) || (offset !== undefined && !isOffset(offset))) return undefined
    run.charge(preparedCost)
    const text = write(millis, offset)
    run.allocate(text.length)
    return text
  }
}

type Maybe<Value> = Value | undefined
type General = (run: Run, ...args: readonly unknown[]) => unknown
type Prepare = (picture: string | undefined, general: General) => Builtin['call'] | undefined

function guarded(
  name: Borrowed,
  signature: string,
  arity: number,
  allowed: (picture: unknown, args: readonly unknown[]) => boolean,
  prepare?: Prepare,
): Builtin {
  const borrowed = borrow(name)
  const call = (run: Run, ...args: readonly unknown[]): unknown => {
    run.charge(cost)
    if (!allowed(args[1], args)) throw new Fault('U1015', { token: `$${name}` })
    // the package divides it by ten, or by 26, until it is small
    if (args[0] === Number.POSITIVE_INFINITY || args[0] === Number.NEGATIVE_INFINITY) throw new Fault('D1001')
    return borrowed(new Date(run.now()), args)
  }
  const builtin = { name, signature, arity, call }
  if (prepare === undefined) return builtin
  return { ...builtin, literal: { at: 1, prepare: picture => (checkPicture(picture) ? prepare(picture, call) : undefined) } }
}

/** Numbers that a compiled picture takes are written by it; others, and all with a third argument, by the package. */
function writing(compile: (picture: string) => ((value: number) => string) | undefined): Prepare {
  return (picture, general) => {
    const write = picture === undefined ? undefined : compile(picture)
    if (write === undefined) return undefined
    return (run: Run, value: Maybe<number>, given: Maybe<string>, third: unknown) => {
      if (value === undefined) return undefined
      // the context may have come before it
      if (given !== picture || third !== undefined || !writable(value)) return general(run, value, given, third)
      run.charge(preparedCost)
      const text = write(value)
      run.allocate(text.length)
      return text
    }
  }
}

function writingTime(picture: string | undefined, general: General): Builtin['call'] | undefined {
  const write = prepareTime(picture)
  if (write === undefined) return undefined
  return (run: Run, millis: Maybe<number>, given: Maybe<string>, offset: unknown) => {
    if (millis === undefined) return undefined
    const text = given === picture ? write(run, millis, offset) : undefined
    return text ?? general(run, millis, given, offset)
  }
}

function reading(picture: string | undefined, general: General): Builtin['call'] | undefined {
  const read = picture === undefined || !checkReading(picture, []) ? undefined : timeReader(picture)
  if (read === undefined) return undefined
  return (run: Run, text: Maybe<string>, given: Maybe<string>) => {
    if (text === undefined || given !== picture || text.length > longestText) return general(run, text, given)
    run.charge(text.length + preparedCost)
    return read(text)
  }
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
