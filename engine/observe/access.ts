import type { AccessRecord } from '../core/ports.ts'
import { quote } from './serialise.ts'

/** The facts of an access line as JSON members: what `facts` makes of any fields, without looking at what they are. One is made for every message. */
export function createAccessFacts(): (record: AccessRecord) => string {
  const placeOf = createPlaces()
  return record => factsOf(record, placeOf(record))
}

function factsOf(record: AccessRecord, place: string): string {
  const { id, status, error, bytesIn, bytesOut, durationMs, principal, traceparent } = record
  let text = `,"id":${quote(id)}${place}`
  if (status !== undefined) text += `,"status":${status}`
  if (error !== undefined) text += `,"error":${quote(error)}`
  if (bytesIn !== undefined) text += `,"bytesIn":${bytesIn}`
  if (bytesOut !== undefined) text += `,"bytesOut":${bytesOut}`
  text += `,"durationMs":${thousandths(durationMs)}`
  if (principal !== undefined) text += `,"principal":${quote(principal)}`
  if (traceparent !== undefined) text += `,"traceparent":${quote(traceparent)}`
  return text
}

type Place = Pick<AccessRecord, 'pipeline' | 'channel' | 'method' | 'path'>

/** The facts that many messages share, made once for each of them. */
function createPlaces(): (place: Place) => string {
  const known = new Map<string | undefined, Place & { readonly text: string }>()
  return place => {
    const { pipeline, channel, method, path } = place
    const before = known.get(path ?? pipeline)
    if (before !== undefined && isSame(before, place)) return before.text
    const text = textOf(place)
    if (path !== undefined && path.length > mostChars) return text
    // Paths with parameters in them are without end.
    if (known.size >= mostPlaces) known.clear()
    // In one piece: what is put together from pieces is put together again each time that it is written.
    known.set(path ?? pipeline, { pipeline, channel, method, path, text: Buffer.from(text).toString() })
    return text
  }
}
const isSame = (one: Place, other: Place): boolean =>
  one.pipeline === other.pipeline && one.channel === other.channel && one.method === other.method && one.path === other.path
const mostPlaces = 500
const mostChars = 200

function textOf({ pipeline, channel, method, path }: Place): string {
  let text = ''
  if (pipeline !== undefined) text += `,"pipeline":${quote(pipeline)}`
  if (channel !== undefined) text += `,"channel":${quote(channel)}`
  if (method !== undefined) text += `,"method":${quote(method)}`
  if (path !== undefined) text += `,"path":${quote(path)}`
  return text
}

/** With three decimals: two whole numbers are written in a quarter of the time of one that is not. */
function thousandths(ms: number): string {
  const all = Math.round(ms * 1000)
  const rest = all % 1000
  return `${(all - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`
}
