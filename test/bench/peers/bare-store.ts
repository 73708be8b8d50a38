/** What anybody would write by hand: a thread that puts rows into one table with a key and an index, a batch a transaction. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const database = new DatabaseSync(String(workerData))
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;
  CREATE TABLE entries (sequence INTEGER PRIMARY KEY, kind TEXT, key TEXT, grp TEXT, head TEXT, body BLOB, UNIQUE (kind, key)) STRICT;
  CREATE INDEX by_group ON entries (kind, grp)`)
const insert = database.prepare('INSERT INTO entries (kind, key, grp, head, body) VALUES (?, ?, ?, ?, ?)')
parentPort?.on('message', (rows: readonly (readonly [string, string, string, string, Uint8Array])[] | 'close') => {
  if (rows === 'close') {
    database.close()
    process.exit()
  }
  database.exec('BEGIN IMMEDIATE')
  for (const row of rows) insert.run(...row)
  database.exec('COMMIT')
  parentPort?.postMessage(rows.length)
})
