import type { DatabaseSync } from 'node:sqlite'
import { prepare } from './columns.ts'
import type { Row } from './protocol.ts'

const none = new Uint8Array()

/** Up to so many bytes a body stands in its entry's row: a second row costs a fifth of what it takes to keep an entry. */
export const smallBody = 1024

/** Reads the body of an entry; where it has none, nothing is asked. */
export function bodyReader(database: DatabaseSync): (row: Row) => Uint8Array {
  const readSmall = prepare(database, 'SELECT body FROM entries WHERE sequence = ?')
  const readLarge = prepare(database, 'SELECT body FROM bodies WHERE sequence = ?')
  return row => {
    if (row[11] === 0) return none
    const read = row[11] <= smallBody ? readSmall : readLarge
    // One column of one row, which was written with its entry.
    const [body] = read.get(row[0]) as unknown as readonly [Uint8Array]
    return body
  }
}
