import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Broken, isBusy } from './faults.ts'
import { type Migration, migrate } from './migrate.ts'

export interface OpenedDatabase {
  readonly database: DatabaseSync
  /** Puts it in order and lets others have it. */
  close(): void
}

export interface DatabaseOptions {
  readonly file: string
  /** Who opens it; another text for every process that ever does. */
  readonly holder: string
  readonly migrations: readonly Migration[]
}

/** Milliseconds that a statement waits for another process that reads or copies the file. */
const busyMs = 2000

/**
 * The database of one process alone, at the newest schema. Throws Broken where it is another's, or cannot be used. The lock is a transaction that stays open
 * on a file beside, and writes nothing there: the system ends it with the process however that ends, and the database itself may be read and copied by others.
 */
export function openDatabase({ file, holder, migrations }: DatabaseOptions): OpenedDatabase {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // SQLite would say only that it cannot open a file.
  accessSync(dirname(file), constants.W_OK)
  for (const name of [file, `${file}.lock`]) makeOwn(name)
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  let database: DatabaseSync | undefined
  const close = (): void => {
    database?.close()
    lock.close()
  }
  try {
    takeLock(lock, file)
    database = new DatabaseSync(file, { timeout: busyMs })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000')
    // The log of a burst is cut when it was written to the database.
    database.exec('PRAGMA journal_size_limit = 16777216')
    migrate(database, migrations, file)
    releaseLeases(database, holder)
    // Who it is; and a proof that the disk takes something.
    database.prepare('UPDATE state SET holder = ?').run(holder)
    return { database, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Whoever held it before is gone, or it would still be locked: nobody waits for the leases of a process that was killed. */
function releaseLeases(database: DatabaseSync, holder: string): void {
  const before = database.prepare('SELECT holder FROM state').get()
  if (before?.holder === holder) return
  database.exec('UPDATE entries SET owner = NULL, until = NULL, available = due WHERE front = 1 AND available > 0 AND owner IS NOT NULL')
}

/** For this user alone. SQLite gives its other files the same rights. */
function makeOwn(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function takeLock(lock: DatabaseSync, file: string): void {
  try {
    lock.exec('BEGIN IMMEDIATE')
  } catch (error) {
    if (!isBusy(error)) throw error
    throw new Broken(`it is used by ${readHolder(file)}: two gateways cannot share a folder of data`, false)
  }
}

function readHolder(file: string): string {
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      const { holder } = database.prepare('SELECT holder FROM state').get() ?? {}
      return typeof holder === 'string' && holder !== '' ? holder : 'another process'
    } finally {
      database.close()
    }
  } catch {
    return 'another process'
  }
}
