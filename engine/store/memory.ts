import { SluiceError } from '../core/errors.ts'
import type { Clock, Status } from '../core/ports.ts'
import type { Change, ClaimOptions, Conflict, Entry, FullEntry, ListOptions, Measure, Store, StoreKind } from '../core/store.ts'
import { checkChange, checkName } from './checked.ts'

/** Commits from one look for what is expired to the next. */
const sweptEvery = 1000

/** A store that survives nothing: for tests, `sluice test` and `sluice invoke`. It says what the durable ones must do. */
export class MemoryStore implements Store {
  readonly name = 'memory'
  readonly shared: boolean
  readonly #entries = new Map<string, FullEntry>()
  readonly #clock: Clock
  #sequence = 0
  #commits = 0
  #closed = false

  /** `shared`: several runtimes of one process stand for several processes. */
  constructor(clock: Clock, { shared = false }: { readonly shared?: boolean } = {}) {
    this.#clock = clock
    this.shared = shared
  }

  async commit(changes: readonly Change[]): Promise<Conflict | undefined> {
    this.#check()
    for (const change of changes) checkChange(change)
    // At once, as all that this store does.
    if (++this.#commits % sweptEvery === 0) void this.sweep(Number.POSITIVE_INFINITY)
    // Each change sees those before it, and a conflict leaves nothing behind.
    const before = new Map<string, FullEntry | undefined>()
    for (const [at, change] of changes.entries()) {
      const { kind, key } = subject(change)
      const id = idOf(kind, key)
      const found = this.#find(id)
      if (!holds(change, found)) {
        for (const [old, entry] of before) this.#set(old, entry)
        return { at }
      }
      if (!before.has(id)) before.set(id, this.#entries.get(id))
      this.#set(id, this.#changed(change, found))
    }
    return undefined
  }

  async get(kind: StoreKind, key: string): Promise<FullEntry | undefined> {
    this.#check()
    checkName(kind, 'key', key)
    return this.#find(idOf(kind, key))
  }

  async list({ kind, group, after, newestFirst = false, limit }: ListOptions): Promise<readonly Entry[]> {
    const found = this.#of(kind, group).filter(
      entry => after === undefined || (newestFirst ? entry.sequence < after : entry.sequence > after),
    )
    if (newestFirst) found.reverse()
    return found.slice(0, limit).map(({ body: _, ...entry }) => entry)
  }

  async claim({ kind, group, owner, leaseMs, limit, bytes }: ClaimOptions): Promise<readonly FullEntry[]> {
    const now = this.#clock.now()
    const claimed: FullEntry[] = []
    let left = bytes
    for (const entry of firstOfLanes(this.#of(kind, group))) {
      if (available(entry) > now) continue
      if (claimed.length === limit || (claimed.length > 0 && entry.size > left)) break
      left -= entry.size
      const next = { ...entry, version: entry.version + 1, lease: { owner, until: now + leaseMs } }
      this.#set(idOf(kind, entry.key), next)
      claimed.push(next)
    }
    return claimed
  }

  async renew(kind: StoreKind, keys: readonly string[], owner: string, leaseMs: number): Promise<ReadonlySet<string>> {
    this.#check()
    const held = keys.filter(key => this.#find(idOf(kind, key))?.lease?.owner === owner)
    const until = this.#clock.now() + leaseMs
    for (const key of held) {
      const entry = this.#find(idOf(kind, key))
      if (entry !== undefined) this.#set(idOf(kind, key), { ...entry, lease: { owner, until } })
    }
    return new Set(held)
  }

  async measure(kind: StoreKind, group?: string): Promise<readonly Measure[]> {
    const groups = new Map<string, FullEntry[]>()
    for (const entry of this.#of(kind, group)) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry])
    return [...groups].map(([name, entries]) => ({
      group: name,
      count: entries.length,
      bytes: entries.reduce((sum, { size, head }) => sum + size + Buffer.byteLength(JSON.stringify(head)), 0),
      oldest: entries[0]?.sequence,
      nextDue: next(entries, this.#clock.now()),
    }))
  }

  async sweep(limit: number): Promise<number> {
    this.#check()
    const now = this.#clock.now()
    let swept = 0
    for (const [id, { expires }] of this.#entries) {
      if (swept === limit) break
      if (expires === undefined || expires > now) continue
      this.#entries.delete(id)
      swept++
    }
    return swept
  }

  watch(_told: (status: Status) => void): void {}

  async close(): Promise<void> {
    this.#closed = true
  }

  #changed(change: Change, found: FullEntry | undefined): FullEntry | undefined {
    const version = (found?.version ?? 0) + 1
    if ('remove' in change) return undefined
    if ('update' in change) return found === undefined ? undefined : { ...found, ...change.update, version, lease: undefined }
    const { kind, key, group = '', lane = '', due = 0, expires, head = null, body = new Uint8Array() } = change.put
    return {
      kind,
      key,
      group,
      lane,
      due,
      expires,
      head,
      body,
      size: body.byteLength,
      sequence: ++this.#sequence,
      version,
      lease: undefined,
    }
  }

  #find(id: string): FullEntry | undefined {
    const entry = this.#entries.get(id)
    return entry?.expires !== undefined && entry.expires <= this.#clock.now() ? undefined : entry
  }

  #set(id: string, entry: FullEntry | undefined): void {
    if (entry === undefined) this.#entries.delete(id)
    else this.#entries.set(id, entry)
  }

  #of(kind: StoreKind, group: string | undefined): FullEntry[] {
    this.#check()
    const now = this.#clock.now()
    const isThere = (entry: FullEntry): boolean =>
      entry.kind === kind && (group === undefined || entry.group === group) && (entry.expires === undefined || entry.expires > now)
    return [...this.#entries.values()].filter(isThere).sort((a, b) => a.sequence - b.sequence)
  }

  #check(): void {
    if (this.#closed) throw new SluiceError('STORE', 'the store is closed')
  }
}

const available = ({ due, lease }: Entry): number => Math.max(due, lease?.until ?? 0)

/** By sequence: those whose turn it is, whether they can be claimed or not. */
function firstOfLanes(entries: readonly FullEntry[]): readonly FullEntry[] {
  const lanes = new Set<string>()
  return entries.filter(({ lane }) => lane === '' || (!lanes.has(lane) && lanes.add(lane)))
}

function next(entries: readonly FullEntry[], now: number): number {
  const earliest = Math.min(...firstOfLanes(entries).map(available))
  return earliest <= now ? 0 : earliest
}

const idOf = (kind: StoreKind, key: string): string => `${kind} ${key}`

const subject = (change: Change): Pick<Entry, 'kind' | 'key'> =>
  'put' in change ? change.put : 'update' in change ? change.update : change.remove

function holds(change: Change, found: Entry | undefined): boolean {
  if ('update' in change && found === undefined) return false
  if (change.expect === undefined) return true
  return change.expect === 'absent' ? found === undefined : found?.version === change.expect
}
