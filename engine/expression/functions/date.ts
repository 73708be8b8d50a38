import type { Run } from '../budget.ts'
import { Fault } from '../errors.ts'
import { zoneOffsets } from '../pictures/offset.ts'
import type { Builtin } from './builtin.ts'
import { formatTime, prepareTime, type TimeWriter } from './picture.ts'

/** Times: milliseconds since the epoch, or ISO 8601 text. */
export const dateFunctions: readonly Builtin[] = [
  { name: 'millis', signature: '<:n>', arity: 0, clock: true, call: (run: Run) => run.now() },
  {
    name: 'now',
    signature: '<s?s?:s>',
    arity: 2,
    clock: true,
    call: now,
    literal: { at: 0, prepare: prepareNow },
  },
  { name: 'dateAdd', signature: '<(sn)ns:x>', arity: 3, call: add },
  { name: 'dateFormat', signature: '<(sn)s?s?:s>', arity: 3, call: formatIn, literal: { at: 1, prepare: prepareFormat } },
]

type Text = string | undefined
type Moment = string | number | undefined

function now(run: Run, picture: unknown, offset: unknown): unknown {
  return format(run, run.now(), picture, offset)
}

function prepareNow(picture: string | undefined): Builtin['call'] | undefined {
  const write = prepareTime(picture)
  if (write === undefined) return undefined
  return (run: Run, given: Text, offset: Text) => (given === picture ? write(run, run.now(), offset) : undefined) ?? now(run, given, offset)
}

function format(run: Run, millis: number, picture: unknown, offset: unknown): unknown {
  if (picture === undefined && offset === undefined) return iso(millis)
  return formatTime(run, millis, picture, offset)
}

/** What is given comes back in its own form: milliseconds, a date, or a timestamp in UTC. A month's end stays in its month. */
function add(_run: Run, moment: Moment, amount: number | undefined, unit: Text): Moment {
  if (moment === undefined || amount === undefined || unit === undefined) return undefined
  const millis = toMillis(moment, '$dateAdd')
  const moved = move(millis, amount, unit.replace(/s$/, ''))
  if (!(Math.abs(moved) <= 8.64e15)) throw new Fault('D1001')
  if (typeof moment === 'number') return moved
  const text = iso(moved)
  return moment.length === 10 && text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text
}

/** In a picture and an IANA time zone, with its summer time; ISO 8601 and UTC unless said. */
function formatIn(run: Run, moment: Moment, picture: Text, zone: Text, known: Known = { offsetOf: zoneOffsets() }): unknown {
  if (moment === undefined) return undefined
  const millis = toMillis(moment, '$dateFormat')
  const offset = zone === undefined ? undefined : known.offsetOf(millis, zone)
  return known.write?.(run, millis, offset) ?? format(run, millis, picture, offset)
}

/** What a call keeps from one evaluation to the next. */
interface Known {
  readonly offsetOf: (millis: number, zone: string) => string
  readonly write?: TimeWriter | undefined
}

function prepareFormat(picture: string | undefined): Builtin['call'] {
  const offsetOf = zoneOffsets()
  const write = prepareTime(picture)
  return (run: Run, moment: Moment, given: Text, zone: Text) =>
    formatIn(run, moment, given, zone, { offsetOf, write: given === picture ? write : undefined })
}

function iso(millis: number): string {
  const date = new Date(millis)
  if (Number.isNaN(date.getTime())) throw new Fault('D1001')
  return date.toISOString()
}

const isoPattern = /^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d(:[0-5]\d)?)?(\.\d{1,9})?([+-][0-2]\d:?[0-5]\d|Z)?$/

function toMillis(moment: string | number, token: string): number {
  const millis = typeof moment === 'number' ? moment : isoPattern.test(moment) ? Date.parse(moment) : Number.NaN
  if (!Number.isFinite(millis)) throw new Fault('U1011', { token })
  return millis
}

const fixedUnits: ReadonlyMap<string, number> = new Map([
  ['millisecond', 1],
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
])

function move(millis: number, amount: number, unit: string): number {
  const fixed = fixedUnits.get(unit)
  if (fixed !== undefined) return Math.round(millis + amount * fixed)
  if (unit !== 'month' && unit !== 'year') throw new Fault('U1012', { token: '$dateAdd' })
  const date = new Date(millis)
  const months = Math.trunc(amount) * (unit === 'year' ? 12 : 1)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), length)
  const time = millis - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
  return first + (day - 1) * 86_400_000 + time
}
