import type { DatabaseSync } from 'node:sqlite'
import type { ListOptions } from '../../core/store.ts'
import { columns, prepare } from './columns.ts'
import type { Row } from './protocol.ts'
import type { Totals } from './totals.ts'

/** Entries by sequence, of a group or of all groups of a kind, in either direction. An index of kinds would cost every entry more than such a list is worth. */
export function prepareLists(database: DatabaseSync, totals: Totals): (options: ListOptions, now: number) => readonly Row[] {
  const statement = (newestFirst: boolean) =>
    prepare(
      database,
      `SELECT ${columns} FROM entries WHERE kind = ? AND grp = ? AND sequence ${newestFirst ? '<' : '>'} ? AND (expires IS NULL OR expires > ?)
        ORDER BY sequence ${newestFirst ? 'DESC' : ''} LIMIT ?`,
    )
  const [up, down] = [statement(false), statement(true)]
  return ({ kind, group, after, newestFirst = false, limit }, now) => {
    const from = after ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 0)
    const groups = group === undefined ? totals.groups(kind) : [group]
    // The table's columns, in the order of a Row.
    const rows = groups.flatMap(one => (newestFirst ? down : up).all(kind, one, from, now, limit) as unknown as readonly Row[])
    if (groups.length < 2) return rows
    return rows.sort(([a], [b]) => (newestFirst ? b - a : a - b)).slice(0, limit)
  }
}
