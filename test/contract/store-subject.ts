import assert from 'node:assert/strict'
import type { Change, ClaimOptions, Entry, FullEntry, Store } from '../../engine/core/store.ts'

/** A kind of store as the suite sees it. */
export interface StoreSubject {
  /** A new one with nothing in it. */
  open(): Promise<OpenStore>
}

/** A store of one test, gone with it. */
export interface OpenStore extends AsyncDisposable {
  readonly store: Store
  /** By the store's clock, roughly where it cannot be read exactly. */
  now(): number
  /** Resolves when so much time is over for the store; a clock that cannot be moved is waited for. */
  pass(ms: number): Promise<void>
  /** Another one on the same entries, as another node has it; absent where one process owns them. */
  readonly peer?: Store
  /** Closes it, and opens what it left; absent where nothing survives. */
  readonly reopen?: () => Promise<Store>
  /** Ends it as a crash would, whatever it does: `reopen` finds what is left. */
  readonly crash?: () => Promise<void>
}

/** A store for one test. */
export async function lend(subject: StoreSubject, body: (opened: OpenStore) => Promise<void>): Promise<void> {
  await using opened = await subject.open()
  await body(opened)
}

export const bytes = (text: string): Uint8Array => Buffer.from(text)
export const text = (body: Uint8Array): string => Buffer.from(body).toString()
export const keys = (entries: readonly Entry[]): readonly string[] => entries.map(({ key }) => key)

type Put = Extract<Change, { put: unknown }>['put']

/** Of kind `queue`, where nothing else is said. */
export const put = (store: Store, entry: Omit<Put, 'kind'> & Partial<Pick<Put, 'kind'>>): Promise<void> =>
  commit(store, [{ put: { kind: 'queue', ...entry } }])

/** Whose conditions hold. */
export async function commit(store: Store, changes: readonly Change[]): Promise<void> {
  assert.equal(await store.commit(changes), undefined)
}

/** One of kind `queue` that is there. */
export async function read(store: Store, key: string): Promise<FullEntry> {
  const found = await store.get('queue', key)
  assert.ok(found !== undefined, `there is no ${key}`)
  return { ...found, body: Uint8Array.from(found.body) }
}

/** One, by me, for a minute, where nothing else is said. */
export const claim = (store: Store, options: Partial<ClaimOptions>): Promise<readonly FullEntry[]> =>
  store.claim({ kind: 'queue', group: '', owner: 'me', leaseMs: 60_000, limit: 1, bytes: 1_000_000, ...options })

export async function claimedOne(store: Store, options: Partial<ClaimOptions>): Promise<FullEntry> {
  const [entry] = await claim(store, options)
  assert.ok(entry !== undefined, 'nothing can be claimed')
  return { ...entry, body: Uint8Array.from(entry.body) }
}
