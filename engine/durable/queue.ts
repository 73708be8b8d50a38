import type { Change, Entry, FullEntry, Store } from '../core/store.ts'
import { readHead, writeHead } from './head.ts'
import type { StoredHead, StoredMessage } from './stored-message.ts'

/** A message on the durable queue of a pipeline: kind `queue`, the pipeline its group, its order its lane. */
export interface Queued {
  readonly id: string
  readonly pipeline: string
  readonly lane: string
  readonly head: QueueHead
  /** The entry's, by which a lost lease is told. */
  readonly version: number
  /** Bytes of the body. */
  readonly size: number
  /** Milliseconds since the epoch; 0: at once. */
  readonly due: number
  /** Until when somebody works on it; undefined where nobody does, or did not end. */
  readonly leasedUntil: number | undefined
}

/** One that was claimed, with all of it. */
export interface ClaimedMessage extends Queued {
  readonly message: StoredMessage
  /** Runs that were begun before: those that failed, and those that a crash ended. */
  readonly attempts: number
}

/** What is kept beside the bytes. */
export interface QueueHead {
  readonly message: StoredHead
  /** The id of the channel that took it in, whose format reads it; undefined: its content type says how. */
  readonly channel?: string | undefined
  /** When it was put there, where that was later than the message came in: it was a dead letter. */
  readonly since?: number | undefined
  /** Runs that failed. */
  readonly failed: number
  /** How often it was given back, for whatever reason: with the entry's version it tells how many runs never ended. */
  readonly returned: number
  /** The code of the error that the last run ended with. */
  readonly error?: string | undefined
}

export interface QueuePut {
  /** Unique: see `engine/durable/receipts.ts`. */
  readonly id: string
  readonly pipeline: string
  /** `''`: no order. */
  readonly lane?: string
  readonly message: StoredMessage
  readonly channel?: string | undefined
  readonly since?: number | undefined
  /** Not run before; by default at once. */
  readonly due?: number
}

/** A message more, as one change of a commit that may hold others. Whoever commits it wakes the drain of the pipeline. */
export function putQueued({ id, pipeline, lane = '', message, channel, since, due = 0 }: QueuePut): Change {
  const head: QueueHead = { message: message.head, channel, since, failed: 0, returned: 0 }
  return { put: { kind, key: id, group: pipeline, lane, due, head: writeHead(head), body: message.body }, expect: 'absent' }
}

/** It ran: gone, where its lease was not lost. */
export const removeQueued = ({ id, version }: Queued): Change => ({ remove: { kind, key: id }, expect: version })

/**
 * Off its queue whoever holds it, in the commit that keeps its dead letter. Should another node have taken it over meanwhile, that node's run ends
 * as one that lost its lease; the letter is there in any case.
 */
export const dropQueued = (id: string): Change => ({ remove: { kind, key: id } })

/** Kept from being run until then, while it is put elsewhere; where nobody changed or claimed it meanwhile. */
export const holdQueued = ({ id, version }: Queued, due: number): Change => ({ update: { kind, key: id, due }, expect: version })

/** From when on its age counts, in milliseconds since the epoch. */
export const queuedSince = ({ head }: Pick<Queued, 'head'>): number => head.since ?? head.message.receivedAt

export interface QueueReturn {
  readonly due: number
  /** Whether the run counts as an attempt. */
  readonly counts: boolean
  /** The code of its error. */
  readonly error?: string | undefined
}

/** It is to be run again, in its old place; where its lease was not lost. */
export function returnQueued({ id, version, head }: Queued, { due, counts, error }: QueueReturn): Change {
  const next: QueueHead = {
    ...head,
    failed: head.failed + Number(counts),
    returned: head.returned + 1,
    ...(error === undefined ? {} : { error }),
  }
  return { update: { kind, key: id, due, head: writeHead(next) }, expect: version }
}

export interface QueueClaim {
  readonly pipeline: string
  readonly owner: string
  readonly leaseMs: number
  readonly limit: number
  readonly bytes: number
}

export async function claimQueued(store: Store, { pipeline, ...how }: QueueClaim): Promise<readonly ClaimedMessage[]> {
  const entries = await store.claim({ kind, group: pipeline, ...how })
  return entries.map(claimed)
}

/** Prolongs leases; gives the ids that are still the owner's. */
export const renewQueued = (store: Store, ids: readonly string[], owner: string, leaseMs: number): Promise<ReadonlySet<string>> =>
  store.renew(kind, ids, owner, leaseMs)

/** In their order, from the first beyond `after`, with the sequence to go on from. */
export async function listQueued(
  store: Store,
  pipeline: string,
  { after, limit }: { readonly after?: number | undefined; readonly limit: number },
): Promise<{ readonly messages: readonly Queued[]; readonly last: number | undefined }> {
  const entries = await store.list({ kind, group: pipeline, after, limit })
  return { messages: entries.map(queued), last: entries.at(-1)?.sequence }
}

export async function getQueued(store: Store, id: string): Promise<ClaimedMessage | undefined> {
  const entry = await store.get(kind, id)
  return entry === undefined ? undefined : claimed(entry)
}

/** Every pipeline that has messages, or the one that is named. */
export const measureQueues = (store: Store, pipeline?: string): ReturnType<Store['measure']> => store.measure(kind, pipeline)

const kind = 'queue'

/** A put and each claim and each return grow the version by one: what was claimed and neither returned nor removed is a run that a crash ended. */
function claimed(entry: FullEntry): ClaimedMessage {
  const one = queued(entry)
  const { returned, failed, message } = one.head
  const crashed = Math.max(0, entry.version - 2 - 2 * returned)
  return { ...one, message: { head: message, body: entry.body }, attempts: failed + crashed }
}

const queued = ({ key, group, lane, version, size, due, lease, head }: Entry): Queued => ({
  id: key,
  pipeline: group,
  lane,
  version,
  size,
  due,
  leasedUntil: lease?.until,
  // Only `putQueued` and `returnQueued` write heads of this kind.
  head: readHead<QueueHead>(head),
})
