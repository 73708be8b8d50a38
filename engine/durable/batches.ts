import { randomBytes } from 'node:crypto'
import { SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { Clock } from '../core/ports.ts'
import type { Change, Conflict, Store } from '../core/store.ts'
import { type BatchLimits, batchEntry, type Member, memberKey, type OpenBatch, openKey } from './batch.ts'
import { readHead } from './head.ts'
import { markKey } from './marks.ts'
import { dropQueued } from './queue.ts'

export interface BatchesOptions {
  readonly store: Store
  readonly clock: Clock
  /** The queue of a pipeline has something to do after so many milliseconds. */
  readonly wake: (pipeline: string, afterMs: number) => void
}

/** How often a batch is looked at that others change meanwhile. */
const tries = 20
/** Members that are read at once. */
const readAtOnce = 100

/**
 * Gathers members into batches. What is kept: the open batch of each key (kind `batch`, by the key's hash), its members (kind `batch`, the batch their group), and
 * from its first member on a message on the queue of its pipeline, due when the batch is: so that it is run, repeated, parked and buried as any
 * message. One in a process.
 */
export class Batches {
  readonly #options: BatchesOptions
  readonly #turns = new Map<string, Promise<void>>()

  constructor(options: BatchesOptions) {
    this.#options = options
  }

  /** Resolves when it is kept. Rejects with STORE, or with CONFLICT where others came before too often. */
  join(member: Member, limits: BatchLimits): Promise<void> {
    // Those of one process take turns: only other processes are in the way.
    const key = openKey(member)
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(() => this.#join(member, limits))
    const ended = turn.catch(() => undefined)
    this.#turns.set(key, ended)
    void ended.then(() => {
      if (this.#turns.get(key) === ended) this.#turns.delete(key)
    })
    return turn
  }

  /** Takes no more members into a batch, and gives those that it has, in their order. Rejects with STORE. */
  async close(batch: string, of: Pick<Member, 'pipeline' | 'key'>): Promise<readonly Json[]> {
    const { store } = this.#options
    const key = openKey(of)
    for (let left = tries; ; left--) {
      const found = await store.get('batch', key)
      if (found === undefined || readHead<OpenBatch>(found.head).batch !== batch) break
      if ((await store.commit([{ remove: { kind: 'batch', key }, expect: found.version }])) === undefined) break
      if (left === 0) throw contended()
    }
    const entries = await store.list({ kind: 'batch', group: batch, limit: mostMembers })
    const members: Json[] = []
    for (let at = 0; at < entries.length; at += readAtOnce) {
      const read = await Promise.all(entries.slice(at, at + readAtOnce).map(entry => store.get('batch', entry.key)))
      // What `join` wrote.
      for (const full of read) if (full !== undefined) members.push(JSON.parse(new TextDecoder().decode(full.body)))
    }
    return members
  }

  /** Its members are no longer needed. Rejects with STORE. */
  async forget(batch: string, count: number): Promise<void> {
    if (count > 0) await this.#options.store.commit(forgetting(batch, count))
  }

  async #join(member: Member, limits: BatchLimits): Promise<void> {
    const { store, clock, wake } = this.#options
    const body = new TextEncoder().encode(JSON.stringify(member.value))
    // A batch that is being run is not brought forward: it is closed all the same.
    let hastens = true
    for (let left = tries; left > 0; left--) {
      const key = openKey(member)
      const found = await store.get('batch', key)
      const now = clock.now()
      const open = found === undefined ? fresh(now + limits.within) : readHead<OpenBatch>(found.head)
      const next = { ...open, count: open.count + 1, bytes: open.bytes + body.byteLength }
      const full = next.count >= limits.count || next.bytes >= limits.size
      const entry = batchEntry(next.batch, member, full ? 0 : next.due, full ? now : next.due)
      const named: readonly (readonly [string, Change | undefined])[] = [
        ['joined', joined(member, now)],
        ['member', memberPut(next, body)],
        ['open', opened(key, found?.version, full ? undefined : next)],
        ['queued', found !== undefined && full && hastens ? { ...dropQueued(next.batch), expect: 1 } : undefined],
        ['entry', found === undefined || (full && hastens) ? entry : undefined],
      ]
      const changes = named.filter((one): one is readonly [string, Change] => one[1] !== undefined)
      const conflict: Conflict | undefined = await store.commit(changes.map(([, change]) => change))
      if (conflict === undefined) {
        if (full) wake(member.pipeline, 0)
        else if (found === undefined) wake(member.pipeline, limits.within)
        return
      }
      const at = changes[conflict.at]?.[0]
      if (at === 'joined') return
      if (at === 'queued') hastens = false
    }
    throw contended()
  }
}

/** Members of a batch, taken away. */
export const forgetting = (batch: string, count: number): readonly Change[] =>
  Array.from({ length: count }, (_, at) => ({ remove: { kind: 'batch', key: memberKey(batch, at + 1) } }))

/** More than a batch has. */
const mostMembers = 20_000

const fresh = (due: number): OpenBatch => ({ batch: randomBytes(12).toString('hex'), count: 0, bytes: 0, due })

const memberPut = ({ batch, count }: OpenBatch, body: Uint8Array): Change => ({
  put: { kind: 'batch', key: memberKey(batch, count), group: batch, body },
  expect: 'absent',
})

/** A message that was on a queue, and whose process ended before it was off it, comes again: it is a member already. */
function joined({ pipeline, receipt, rememberedMs }: Member, now: number): Change | undefined {
  if (receipt === undefined) return undefined
  return {
    put: { kind: 'mark', key: markKey('member', pipeline, receipt), group: pipeline, expires: now + rememberedMs },
    expect: 'absent',
  }
}

/** `next` undefined: it is open no more. */
function opened(key: string, version: number | undefined, next: OpenBatch | undefined): Change | undefined {
  if (next !== undefined) return { put: { kind: 'batch', key, group: 'open', head: { ...next } }, expect: version ?? 'absent' }
  return version === undefined ? undefined : { remove: { kind: 'batch', key }, expect: version }
}

const contended = (): SluiceError => new SluiceError('CONFLICT', 'too many messages come into the same batch at once')
