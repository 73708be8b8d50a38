import type { DatabaseSync } from 'node:sqlite'
import type { Conflict, Measure, StoreKind } from '../../core/store.ts'
import { bodyReader } from './bodies.ts'
import { prepareChanges } from './changes.ts'
import { prepareClaims } from './claims.ts'
import { columns, prepare } from './columns.ts'
import { prepareLists } from './lists.ts'
import type { FullRow, Request, Row } from './protocol.ts'
import { Totals } from './totals.ts'

/** Expired entries that a claim or a measure removes at once, and how often it does; the sweeper has the rest. */
const [purged, purges] = [1000, 10]

export interface Entries {
  /** In the transaction that is open. Of a commit that gives a conflict, what was changed is to be undone by `undo`. */
  answer(request: Request, bodies: ArrayBuffer, now: number): unknown
  /** Forgets what was counted since the mark: with a ROLLBACK TO. */
  readonly mark: number
  undo(mark: number): void
  /** Before the COMMIT. */
  flush(): void
}

/** The calls of the port as statements on one database. */
export function prepareEntries(database: DatabaseSync): Entries {
  const totals = new Totals(database)
  const changes = prepareChanges(database, totals)
  const claims = prepareClaims(database)
  const bodyOf = bodyReader(database)
  const find = prepare(database, `SELECT ${columns} FROM entries WHERE kind = ? AND key = ? AND (expires IS NULL OR expires > ?)`)
  const lists = prepareLists(database, totals)
  const oldest = prepare(database, 'SELECT min(sequence) FROM entries WHERE kind = ? AND grp = ?')
  const renew = prepare(
    database,
    `UPDATE entries SET until = ?, available = ? WHERE kind = ? AND key = ? AND owner = ? AND (expires IS NULL OR expires > ?) RETURNING 1`,
  )
  const purge = prepare(database, purgeSql)
  const sweep = prepare(database, sweepSql)

  const gone = (rows: readonly unknown[]): number => {
    // What both statements return: kind, group, bytes.
    for (const [kind, group, bytes] of rows as readonly (readonly [StoreKind, string, number])[]) totals.add(kind, group, -1, -bytes)
    return rows.length
  }
  const clear = (kind: StoreKind, group: string, now: number): void => {
    for (let round = 0; round < purges; round++) if (gone(purge.all(kind, group, now, purged)) < purged) return
  }
  const measure = (kind: StoreKind, group: string, now: number): Measure[] => {
    clear(kind, group, now)
    const total = totals.of(kind, group)
    if (total === undefined) return []
    const [first] = oldest.get(kind, group) as unknown as readonly [number]
    return [{ ...total, oldest: first, nextDue: claims.nextDue(kind, group, now) }]
  }

  return {
    answer(request, bodies, now) {
      switch (request.ask) {
        case 'commit':
          return changes.commit(request.changes, bodies, now) satisfies Conflict | undefined
        case 'get': {
          const row = find.get(request.kind, request.key, now) as unknown as Row | undefined
          return (row === undefined ? undefined : { row, body: bodyOf(row) }) satisfies FullRow | undefined
        }
        case 'list':
          return lists(request.options, now) satisfies readonly Row[]
        case 'claim':
          clear(request.options.kind, request.options.group, now)
          return claims.claim(request.options, now) satisfies readonly FullRow[]
        case 'renew': {
          const until = now + request.leaseMs
          return request.keys.filter(key => renew.get(until, until, request.kind, key, request.owner, now) !== undefined)
        }
        case 'measure': {
          const groups = request.group === undefined ? totals.groups(request.kind) : [request.group]
          return groups.flatMap(group => measure(request.kind, group, now)) satisfies readonly Measure[]
        }
        case 'sweep':
          return gone(sweep.all(now, request.limit))
      }
    },
    get mark() {
      return totals.mark
    },
    undo: mark => totals.undo(mark),
    flush() {
      totals.flush()
      changes.flush()
    },
  }
}

/** Of one group: first, so that the next of a lane is not behind what is gone. */
const purgeSql = `DELETE FROM entries WHERE sequence IN (
  SELECT sequence FROM entries INDEXED BY entries_expiring WHERE kind = ? AND grp = ? AND expires <= ? LIMIT ?
) RETURNING kind, grp, size + octet_length(head)`
/** Of all groups, found by their totals. */
const sweepSql = `DELETE FROM entries WHERE sequence IN (
  SELECT entries.sequence FROM totals CROSS JOIN entries INDEXED BY entries_expiring
  WHERE entries.kind = totals.kind AND entries.grp = totals.grp AND entries.expires <= ? LIMIT ?
) RETURNING kind, grp, size + octet_length(head)`
