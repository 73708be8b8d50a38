import { SluiceError } from '../../core/errors.ts'
import type { Status } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { Change, ClaimOptions, Conflict, Entry, FullEntry, ListOptions, Measure, Store, StoreKind } from '../../core/store.ts'
import { checkChange, checkName } from '../checked.ts'
import { postgresAddress } from './address.ts'
import { Commits } from './commits.ts'
import type { Doing } from './failure.ts'
import { type Argument, Link } from './link.ts'
import { columns, entryOf, type FullRow, fullEntryOf, type Row } from './rows.ts'

/** A store in PostgreSQL, which several nodes share. It connects at its first use. */
export class PostgresStore implements Store {
  readonly name: string
  readonly shared = true
  readonly #link: Link
  readonly #commits: Commits
  readonly #asked = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  /** Throws STORE for an address that is none. */
  constructor(url: Secret) {
    const address = postgresAddress(url)
    this.name = address.name
    this.#link = new Link(address)
    this.#commits = new Commits(this.#link)
  }

  /** Connects, and waits two seconds at most. Rejects, and closes it, only for what waiting will not cure: a schema of a newer program. */
  async open(): Promise<void> {
    await this.#link.open().catch(async error => {
      await this.close()
      throw error
    })
  }

  async commit(changes: readonly Change[]): Promise<Conflict | undefined> {
    for (const change of changes) checkChange(change)
    return await this.#ask(() => this.#commits.add(changes))
  }

  async get(kind: StoreKind, key: string): Promise<FullEntry | undefined> {
    checkName(kind, 'key', key)
    const text = `select ${columns}, body from entry where kind = $1 and key = $2 and (expires is null or expires > now_ms())`
    const [row] = await this.#query<FullRow>(text, [kind, key], { doing: 'reading an entry', writes: false })
    return row === undefined ? undefined : fullEntryOf(row)
  }

  async list({ kind, group, after, newestFirst = false, limit }: ListOptions): Promise<readonly Entry[]> {
    const from = after ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 0)
    const ofGroup = group === undefined ? [] : [group]
    const text = `select ${columns} from entry
      where kind = $1 and sequence ${newestFirst ? '<' : '>'} $2::bigint and (expires is null or expires > now_ms())
        ${group === undefined ? '' : 'and "group" = $4'}
      order by sequence ${newestFirst ? 'desc' : 'asc'} limit $3::int`
    const rows = await this.#query<Row>(text, [kind, from, limit, ...ofGroup], { doing: 'listing', writes: false })
    return rows.map(entryOf)
  }

  async claim({ kind, group, owner, leaseMs, limit, bytes }: ClaimOptions): Promise<readonly FullEntry[]> {
    const text = `select ${columns}, body from claim_entries($1, $2, $3, $4::bigint, $5::int, $6::bigint)`
    const args = [kind, group, owner, leaseMs, limit, bytes]
    const rows = await this.#query<FullRow>(text, args, { doing: 'claiming', writes: true })
    return rows.map(fullEntryOf)
  }

  async renew(kind: StoreKind, keys: readonly string[], owner: string, leaseMs: number): Promise<ReadonlySet<string>> {
    const text = 'select renew_leases($1, $2::text::jsonb, $3, $4::bigint) as key'
    const args = [kind, JSON.stringify(keys), owner, leaseMs]
    const rows = await this.#query<{ readonly key: string }>(text, args, { doing: 'renewing leases', writes: true })
    return new Set(rows.map(({ key }) => key))
  }

  async measure(kind: StoreKind, group?: string): Promise<readonly Measure[]> {
    const text = 'select * from measure_groups($1, $2)'
    const rows = await this.#query<MeasureRow>(text, [kind, group ?? null], { doing: 'measuring', writes: false })
    return rows.map(row => ({
      group: row.group,
      count: Number(row.count),
      bytes: Number(row.bytes),
      oldest: row.oldest === null ? undefined : Number(row.oldest),
      nextDue: row.next_due === null ? undefined : Number(row.next_due),
    }))
  }

  async sweep(limit: number): Promise<number> {
    const rows = await this.#query<{ readonly swept: number }>('select sweep_expired($1::int) as swept', [limit], {
      doing: 'sweeping',
      writes: true,
    })
    return rows[0]?.swept ?? 0
  }

  watch(told: (status: Status) => void): void {
    this.#link.watch(told)
  }

  /** After what was asked before, all of which is bounded in time. */
  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#asked).then(() => this.#link.close())
    return this.#closing
  }

  #query<Found extends object>(text: string, args: readonly Argument[], doing: Doing): Promise<readonly Found[]> {
    return this.#ask(() => this.#link.query<Found>(text, args, doing))
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new SluiceError('STORE', `${this.name} is closed`)
    const asked = work()
    this.#asked.add(asked)
    try {
      return await asked
    } finally {
      this.#asked.delete(asked)
    }
  }
}

interface MeasureRow {
  readonly group: string
  readonly count: string
  readonly bytes: string
  readonly oldest: string | null
  readonly next_due: string | null
}
