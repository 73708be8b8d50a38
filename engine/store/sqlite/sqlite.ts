import { SluiceError } from '../../core/errors.ts'
import type { Json } from '../../core/message.ts'
import type { Clock, Status } from '../../core/ports.ts'
import type { Change, ClaimOptions, Conflict, Entry, FullEntry, ListOptions, Measure, Store, StoreKind } from '../../core/store.ts'
import { checkChange, checkName } from '../checked.ts'
import { checkHeader } from './header.ts'
import { Link } from './link.ts'
import { newestSchema } from './migrate.ts'
import { type Pending, storeError } from './pending.ts'
import type { Facts, FullRow, Request, Row, WireChange } from './protocol.ts'

export interface SqliteOptions {
  /** Made with its folder at the first use, readable by this user alone. */
  readonly file: string
  /** Who uses it, for whoever finds it in use. */
  readonly holder: string
  readonly clock: Clock
  readonly timeoutMs?: number | undefined
}

/** The store in this file, which is not opened yet. Throws STORE where it is no database, or a newer version made it. */
export function openSqlite(options: SqliteOptions): Store {
  try {
    checkHeader(options.file, newestSchema())
  } catch (error) {
    throw new SluiceError('STORE', `opening the store: ${error instanceof Error ? error.message : error}`, { retry: 'never' })
  }
  return new SqliteStore(options)
}

/** The store of one node: a SQLite database in a thread of its own, opened at the first use. */
export class SqliteStore implements Store {
  readonly name: string
  readonly shared = false
  readonly #link: Link
  readonly #listeners: ((status: Status) => void)[] = []
  #closing: Promise<void> | undefined

  constructor(options: SqliteOptions) {
    this.name = `sqlite:${options.file}`
    const told = (status: Status): void => {
      for (const listener of this.#listeners) listener(status)
    }
    this.#link = new Link({ ...options, told })
  }

  async commit(changes: readonly Change[]): Promise<Conflict | undefined> {
    const bodies: { readonly body: Uint8Array; readonly facts: Facts }[] = []
    const wired = changes.map(change => wire(change, bodies))
    const bytes = wired.reduce((sum, { facts }) => sum + 200 + (facts?.size ?? 0) + (facts?.head?.length ?? 0), 0)
    return await this.#ask<Conflict | undefined>({ ask: 'commit', changes: wired }, bodies, bytes)
  }

  async get(kind: StoreKind, key: string): Promise<FullEntry | undefined> {
    checkName(kind, 'key', key)
    const found = await this.#ask<FullRow | undefined>({ ask: 'get', kind, key })
    return found && fullEntry(found)
  }

  async list(options: ListOptions): Promise<readonly Entry[]> {
    return (await this.#ask<readonly Row[]>({ ask: 'list', options })).map(entryOf)
  }

  async claim(options: ClaimOptions): Promise<readonly FullEntry[]> {
    return (await this.#ask<readonly FullRow[]>({ ask: 'claim', options })).map(fullEntry)
  }

  async renew(kind: StoreKind, keys: readonly string[], owner: string, leaseMs: number): Promise<ReadonlySet<string>> {
    return new Set(await this.#ask<readonly string[]>({ ask: 'renew', kind, keys, owner, leaseMs }))
  }

  async measure(kind: StoreKind, group?: string): Promise<readonly Measure[]> {
    return await this.#ask<readonly Measure[]>({ ask: 'measure', kind, group })
  }

  async sweep(limit: number): Promise<number> {
    return await this.#ask<number>({ ask: 'sweep', limit })
  }

  watch(told: (status: Status) => void): void {
    this.#listeners.push(told)
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.close()
    return this.#closing
  }

  /** The worker answers each request with what its name says. */
  async #ask<T>(request: Request, bodies: Pending['bodies'] = [], bytes = 200): Promise<T> {
    if (this.#closing !== undefined) throw storeError(this.name, { reason: 'it is closed', retry: 'safe' })
    const answer = await this.#link.ask({ request, bodies, bytes })
    if ('fault' in answer) throw storeError(this.name, answer.fault)
    return answer.value as T
  }
}

function wire(change: Change, bodies: { readonly body: Uint8Array; readonly facts: Facts }[]): WireChange {
  const head = checkChange(change)
  const { expect } = change
  if ('remove' in change) return { do: 'remove', ...change.remove, expect }
  if ('update' in change) {
    const { kind, key, due } = change.update
    const facts: Facts = {
      ...(due !== undefined && { due }),
      ...(head !== undefined && { head }),
      ...('expires' in change.update && { expires: change.update.expires ?? null }),
    }
    return { do: 'update', kind, key, expect, facts }
  }
  const { kind, key, group = '', lane = '', due = 0, expires = null, body } = change.put
  const facts: Facts = { group, lane, due, expires, head: head ?? 'null', size: body?.byteLength ?? 0 }
  if (body !== undefined) bodies.push({ body, facts })
  return { do: 'put', kind, key, expect, facts }
}

function entryOf([sequence, kind, key, group, lane, due, expires, version, owner, until, head, size]: Row): Entry {
  return {
    sequence,
    kind,
    key,
    group,
    lane,
    due,
    expires: expires ?? undefined,
    version,
    lease: owner === null || until === null ? undefined : { owner, until },
    // What was written as JSON.
    head: JSON.parse(head) as Json,
    size,
  }
}

const fullEntry = ({ row, body }: FullRow): FullEntry => ({ ...entryOf(row), body })
