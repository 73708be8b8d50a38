import { SluiceError } from '../../core/errors.ts'
import type { Answer, Batch, Facts, Fault, Request } from './protocol.ts'

/** A call that is not answered yet. */
export interface Pending {
  readonly request: Request
  /** What its changes keep, and where each writes its place in the batch. */
  readonly bodies: readonly { readonly body: Uint8Array; readonly facts: Facts }[]
  /** Of bodies and heads, roughly. */
  readonly bytes: number
  /** By `performance.now()`. */
  readonly since: number
  readonly settle: (answer: Answer) => void
}

/** What one batch may hold: more is the next one. */
const [mostRequests, mostBytes] = [1000, 4 * 1024 * 1024]

/** Takes the first of those that wait, at least one. */
export function takeBatch(waiting: Pending[]): readonly Pending[] {
  let bytes = 0
  let count = 0
  for (const pending of waiting) {
    bytes += pending.bytes
    if (count === mostRequests || (count > 0 && bytes > mostBytes)) break
    count++
  }
  return waiting.splice(0, count)
}

/** All bodies in one buffer, which the worker gets without another copy. */
export function makeBatch(taken: readonly Pending[], now: number): Batch {
  const all = taken.flatMap(({ bodies }) => bodies)
  const packed = new Uint8Array(all.reduce((sum, { body }) => sum + body.byteLength, 0))
  let from = 0
  for (const { body, facts } of all) {
    packed.set(body, from)
    facts.from = from
    from += body.byteLength
  }
  return { now, requests: JSON.stringify(taken.map(({ request }) => request)), bodies: packed.buffer }
}

/** What is known of a call that was sent and not answered. */
export const unanswered = ({ request }: Pending, reason: string): Answer => ({
  fault: { reason, retry: request.ask === 'commit' ? 'unsafe' : 'safe' },
})

export const storeError = (name: string, { reason, retry }: Fault): SluiceError =>
  new SluiceError('STORE', `using the store ${name}: ${reason}`, { retry })
