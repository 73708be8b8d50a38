import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Of an entry, in the order of a Row. */
export const columns = 'sequence, kind, key, grp, lane, due, expires, version, owner, until, head, size'

/** A statement that gives rows as arrays. */
export function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}
