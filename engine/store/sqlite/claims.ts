import type { DatabaseSync } from 'node:sqlite'
import type { ClaimOptions, StoreKind } from '../../core/store.ts'
import { bodyReader } from './bodies.ts'
import { columns, prepare } from './columns.ts'
import type { FullRow, Row } from './protocol.ts'

/** What is looked at of entries that wait no longer. Beyond it the earliest come first, whatever their sequence. */
const mostWaiting = 1000

/** sequence, size. */
type Candidate = readonly [number, number]

export interface Claims {
  claim(options: ClaimOptions, now: number): readonly FullRow[]
  /** 0 where one can be claimed now. */
  nextDue(kind: StoreKind, group: string, now: number): number | undefined
}

/**
 * Claims by two indexes: what could be claimed since it was put, by sequence; and what waits for a time, by that time. Neither has what stands
 * behind the first of its lane, so that a claim costs the same whatever waits.
 */
export function prepareClaims(database: DatabaseSync): Claims {
  const bodyOf = bodyReader(database)
  const ready = prepare(database, readySql)
  const over = prepare(database, overSql)
  const next = prepare(database, nextSql)
  const lease = prepare(
    database,
    `UPDATE entries SET version = version + 1, owner = ?, until = ?, available = ? WHERE sequence = ? RETURNING ${columns}`,
  )
  return {
    claim({ kind, group, owner, leaseMs, limit, bytes }, now) {
      const found = [
        ...ready.all(kind, group, now, limit),
        ...over.all(kind, group, now, now, Math.max(limit, mostWaiting)),
      ] as unknown as Candidate[]
      found.sort(([a], [b]) => a - b)
      const until = now + leaseMs
      return withinBytes(found.slice(0, limit), bytes).map(([sequence]) => {
        // The table's columns, in the order of a Row.
        const row = lease.get(owner, until, until, sequence) as unknown as Row
        return { row, body: bodyOf(row) }
      })
    },
    nextDue(kind, group, now) {
      if (ready.get(kind, group, now, 1) !== undefined) return 0
      const [available] = (next.get(kind, group, now) as unknown as readonly [number] | undefined) ?? []
      return available !== undefined && available <= now ? 0 : available
    },
  }
}

const readySql = `SELECT sequence, size FROM entries INDEXED BY entries_ready
  WHERE kind = ? AND grp = ? AND front = 1 AND available = 0 AND (expires IS NULL OR expires > ?) ORDER BY sequence LIMIT ?`
const overSql = `SELECT sequence, size FROM entries INDEXED BY entries_waiting
  WHERE kind = ? AND grp = ? AND front = 1 AND available > 0 AND available <= ? AND (expires IS NULL OR expires > ?) ORDER BY available LIMIT ?`
const nextSql = `SELECT available FROM entries INDEXED BY entries_waiting
  WHERE kind = ? AND grp = ? AND front = 1 AND available > 0 AND (expires IS NULL OR expires > ?) ORDER BY available LIMIT 1`

/** The first is taken whatever its size. */
function withinBytes(found: readonly Candidate[], bytes: number): readonly Candidate[] {
  let left = bytes
  const end = found.findIndex(([, size], index) => {
    left -= size
    return index > 0 && left < 0
  })
  return end === -1 ? found : found.slice(0, end)
}
