import { closeSync, openSync, readSync } from 'node:fs'
import { Broken } from './faults.ts'
import { checkSchema } from './migrate.ts'

/**
 * Looks into the first bytes of a database that nobody has opened yet, so that a start is refused where a use would fail. Throws Broken for a schema
 * that is newer, and for what is no database; what cannot be looked at is left to its use.
 */
export function checkHeader(file: string, newest: number): void {
  const header = Buffer.alloc(100)
  const length = readHeader(file, header)
  if (length === undefined || length === 0) return
  if (length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw new Broken(`${file} is no SQLite database, or is damaged`, true)
  checkSchema({ file, found: header.readUInt32BE(60), newest })
}

function readHeader(file: string, header: Buffer): number | undefined {
  try {
    const descriptor = openSync(file, 'r')
    try {
      return readSync(descriptor, header, 0, 100, 0)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}
