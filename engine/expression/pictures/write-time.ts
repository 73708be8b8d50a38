import { borrow } from '../borrow.ts'
import { digits } from './digits.ts'
import { type Marker, timeParts } from './marker.ts'
import { isOffset, offsetMinutes } from './offset.ts'

/** Instants that a compiled picture writes, and offsets at which it does: those that a Date can hold. */
export const isInstant = (millis: number, offset: unknown): boolean =>
  Math.abs(millis) < 8.6e15 && (offset === undefined || isOffset(offset))

/**
 * `$fromMillis` and `$now` with a picture of digits and names, analysed once; `undefined` for every other picture, among them all that are wrong.
 * Takes what `isInstant`.
 */
export function timePicture(picture: string): ((millis: number, offset?: string) => string) | undefined {
  const parts = timeParts(picture)
  if (parts === undefined) return undefined
  const writers: Writer[] = []
  for (const part of parts) {
    const writer = typeof part === 'string' ? always(part) : writerOf(part)
    if (writer === undefined) return undefined
    writers.push(writer)
  }
  return (millis, offset) => {
    const date = new Date(offset === undefined ? millis : millis + offsetMinutes(offset) * 60_000)
    let text = ''
    for (const writer of writers) text += writer(date, offset)
    return text
  }
}

type Writer = (date: Date, offset: string | undefined) => string

const always =
  (text: string): Writer =>
  () =>
    text

const dayMs = 86_400_000

const readings: ReadonlyMap<string, (date: Date) => number> = new Map([
  ['Y', date => date.getUTCFullYear()],
  ['M', date => date.getUTCMonth() + 1],
  ['D', date => date.getUTCDate()],
  ['d', dayOfYear],
  ['F', date => date.getUTCDay() || 7],
  ['H', date => date.getUTCHours()],
  ['h', date => date.getUTCHours() % 12 || 12],
  ['m', date => date.getUTCMinutes()],
  ['s', date => date.getUTCSeconds()],
  ['f', date => date.getUTCMilliseconds()],
])

function writerOf(marker: Marker): Writer | undefined {
  if (marker.component === 'P') return halfDay(marker)
  const read = readings.get(marker.component)
  if (read === undefined) return zoned(marker)
  if (marker.digits === undefined) return named(marker, read)
  if (marker.component === 'Y') return year(marker, marker.digits)
  const width = marker.digits
  return date => digits(read(date), width)
}

/** A year in two places or more has no more than these. */
function year({ most, places }: Marker, width: number): Writer {
  if (most === undefined && places < 2) return date => digits(date.getUTCFullYear(), width)
  const modulus = 10 ** (most ?? places)
  return date => digits(date.getUTCFullYear() % modulus, most ?? width)
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

function named({ component, names, most }: Marker, read: (date: Date) => number): Writer {
  const texts = (component === 'M' ? months : days).map(name => {
    const cased = names === 'upper' ? name.toUpperCase() : names === 'lower' ? name.toLowerCase() : name
    return cased.slice(0, most)
  })
  return date => texts[read(date) - 1] ?? ''
}

function halfDay({ names }: Marker): Writer {
  const [morning, afternoon] = names === 'upper' ? ['AM', 'PM'] : ['am', 'pm']
  return date => (date.getUTCHours() < 12 ? morning : afternoon)
}

/** Zone, calendar and era are the same for every instant at an offset: the package writes them, once for each offset that follows another. */
function zoned({ text }: Marker): Writer | undefined {
  const format = borrow('fromMillis')
  const at = (offset: string | undefined): string => String(format(new Date(0), [0, `[${text}]`, offset]))
  try {
    let last: { readonly offset: string | undefined; readonly text: string } = { offset: undefined, text: at(undefined) }
    return (_, offset) => {
      if (offset !== last.offset) last = { offset, text: at(offset) }
      return last.text
    }
  } catch {
    return undefined
  }
}

// as JSONata counts, in years before 100 as well
function dayOfYear(date: Date): number {
  const year = date.getUTCFullYear()
  return (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0)) / dayMs + 1
}
