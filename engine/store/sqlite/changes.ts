import type { DatabaseSync } from 'node:sqlite'
import type { Conflict, Expected } from '../../core/store.ts'
import { smallBody } from './bodies.ts'
import { prepare } from './columns.ts'
import type { WireChange } from './protocol.ts'
import type { Totals } from './totals.ts'

export interface Changes {
  /** All of them, or none. */
  commit(changes: readonly WireChange[], bodies: ArrayBuffer, now: number): Conflict | undefined
  /** To be called at the end of a transaction that is kept. */
  flush(): void
}

/** What a change has to know of the entry that is there: sequence, version, group, due, expires, head, bytes of body and head. */
type Found = readonly [number, number, string, number, number | null, string, number]

/** Makes changes in the transaction that is open. */
export function prepareChanges(database: DatabaseSync, totals: Totals): Changes {
  const find = prepare(
    database,
    `SELECT sequence, version, grp, due, expires, head, size + octet_length(head) FROM entries WHERE kind = ? AND key = ?`,
  )
  const insert = prepare(
    database,
    `INSERT INTO entries (sequence, kind, key, grp, lane, front, due, available, expires, version, head, size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, key) DO NOTHING`,
  )
  const insertBody = prepare(database, 'INSERT INTO bodies VALUES (?, ?)')
  const behind = prepare(database, `SELECT 1 FROM entries WHERE kind = ? AND grp = ? AND lane = ? AND lane <> '' LIMIT 1`)
  const update = prepare(
    database,
    `UPDATE entries SET version = version + 1, owner = NULL, until = NULL, due = ?, available = ?, expires = ?, head = ? WHERE sequence = ?`,
  )
  const remove = prepare(database, 'DELETE FROM entries WHERE sequence = ?')
  const keepSequence = prepare(database, 'UPDATE state SET sequence = ?')
  // The only row there is.
  const [last] = prepare(database, 'SELECT sequence FROM state').get() as unknown as readonly [number]
  let [given, kept] = [last, last]

  /** Whether the key was free. */
  const put = ({ kind, key, facts = {} }: WireChange, bodies: ArrayBuffer, now: number, version: number): boolean => {
    const { group = '', lane = '', due = 0, expires = null, head = 'null', from = 0, size = 0 } = facts
    const front = lane === '' || behind.get(kind, group, lane) === undefined ? 1 : 0
    const sequence = given + 1
    const body = size > 0 ? new Uint8Array(bodies, from, size) : null
    const small = size <= smallBody ? body : null
    const available = due <= now ? 0 : due
    const { changes } = insert.run(sequence, kind, key, group, lane, front, due, available, expires, version, head, size, small)
    if (changes === 0) return false
    given = sequence
    if (small !== body) insertBody.run(sequence, body)
    totals.add(kind, group, 1, size + Buffer.byteLength(head))
    return true
  }

  /** Whether it could be made. */
  const make = (change: WireChange, bodies: ArrayBuffer, now: number): boolean => {
    const { kind, key, facts = {} } = change
    // What is new, as most of it is, is put without a look.
    if (change.do === 'put' && change.expect === 'absent' && put(change, bodies, now, 1)) return true
    // The columns of `find`, in their order.
    const there = find.get(kind, key) as unknown as Found | undefined
    const isGone = there !== undefined && there[4] !== null && there[4] <= now
    const found = isGone ? undefined : there
    if (!holds(change.expect, found)) return false
    if (change.do === 'update') {
      if (found === undefined) return false
      const [sequence, , group, oldDue, oldExpires, oldHead] = found
      const { due = oldDue, expires = oldExpires, head = oldHead } = facts
      update.run(due, due <= now ? 0 : due, expires, head, sequence)
      if (facts.head !== undefined) totals.add(kind, group, 0, Buffer.byteLength(head) - Buffer.byteLength(oldHead))
      return true
    }
    if (there !== undefined) {
      remove.run(there[0])
      totals.add(kind, there[2], -1, -there[6])
    }
    if (change.do === 'put') put(change, bodies, now, (found?.[1] ?? 0) + 1)
    return true
  }

  return {
    commit(changes, bodies, now) {
      for (const [at, change] of changes.entries()) if (!make(change, bodies, now)) return { at }
      return undefined
    },
    flush() {
      if (given !== kept) keepSequence.run(given)
      kept = given
    },
  }
}

function holds(expect: Expected | undefined, found: Found | undefined): boolean {
  if (expect === undefined) return true
  return expect === 'absent' ? found === undefined : found?.[1] === expect
}
