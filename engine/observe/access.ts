import type { AccessRecord } from '../core/ports.ts'
import { quote } from './serialise.ts'

/** The facts of an access line as JSON members: what `facts` makes of any fields, without looking at what they are. One is made for every message. */
export function accessFacts(record: AccessRecord): string {
  const { id, pipeline, channel, method, path, status, error, bytesIn, bytesOut, durationMs, principal, traceparent } = record
  let text = `,"id":${quote(id)}`
  if (pipeline !== undefined) text += `,"pipeline":${quote(pipeline)}`
  if (channel !== undefined) text += `,"channel":${quote(channel)}`
  if (method !== undefined) text += `,"method":${quote(method)}`
  if (path !== undefined) text += `,"path":${quote(path)}`
  if (status !== undefined) text += `,"status":${status}`
  if (error !== undefined) text += `,"error":${quote(error)}`
  if (bytesIn !== undefined) text += `,"bytesIn":${bytesIn}`
  if (bytesOut !== undefined) text += `,"bytesOut":${bytesOut}`
  text += `,"durationMs":${thousandths(durationMs)}`
  if (principal !== undefined) text += `,"principal":${quote(principal)}`
  if (traceparent !== undefined) text += `,"traceparent":${quote(traceparent)}`
  return text
}

/** With three decimals: two whole numbers are written in a quarter of the time of one that is not. */
function thousandths(ms: number): string {
  const all = Math.round(ms * 1000)
  const rest = all % 1000
  return `${(all - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`
}
