import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../engine/core/ports.ts'
import { openDatabase } from '../../engine/store/sqlite/database.ts'
import { type Migration, newestSchema, readMigrations } from '../../engine/store/sqlite/migrate.ts'
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import { put } from '../contract/store-subject.ts'
import { scratch, sluice } from '../support/gateway.ts'

/** As a later version would add them. */
const later: readonly Migration[] = [
  { number: newestSchema() + 1, sql: 'ALTER TABLE entries ADD COLUMN colour TEXT' },
  { number: newestSchema() + 2, sql: "UPDATE entries SET colour = 'blue'; CREATE INDEX by_colour ON entries (colour)" },
]

test('a folder of an older version is brought to the newest schema, step by step, and keeps what it has', async t => {
  const file = await written(t)
  const steps = [readMigrations(), [...readMigrations(), later[0]], [...readMigrations(), ...later], [...readMigrations(), ...later]]
  for (const migrations of steps)
    openDatabase({ file, holder: 'the test', migrations: migrations.filter(step => step !== undefined) }).close()
  const database = new DatabaseSync(file)
  assert.deepEqual({ ...database.prepare('SELECT key, colour FROM entries').get() }, { key: 'kept', colour: 'blue' })
  assert.equal(readFileSync(file).readUInt32BE(60), later[1]?.number)
  database.close()
})

test('a schema that cannot be brought further leaves all as it was', async t => {
  const file = await written(t)
  const broken: readonly Migration[] = [...later, { number: newestSchema() + 3, sql: 'DROP TABLE bodies; SELECT 1 FROM nowhere' }]
  assert.throws(() => openDatabase({ file, holder: 'the test', migrations: [...readMigrations(), ...broken] }), /nowhere/)
  const store = new SqliteStore({ file, holder: 'the test', clock: systemClock })
  t.after(() => store.close())
  assert.equal(Buffer.from((await store.get('queue', 'kept'))?.body ?? []).toString(), 'body')
})

test('schemas are numbered from 1 without a gap', () => {
  assert.deepEqual(
    readMigrations().map(({ number }) => number),
    readMigrations().map((_, index) => index + 1),
  )
})

test('sluice run does not start on a folder of a newer version, and says which schemas and which file', async t => {
  const file = await written(t)
  openDatabase({ file, holder: 'the test', migrations: [...readMigrations(), ...later] }).close()
  const { code, err } = await sluice(['run'], {
    environment: {
      SLUICE_DATA: join(file, '..'),
      SLUICE_LISTEN: '127.0.0.1:0',
      SLUICE_ADMIN: '127.0.0.1:0',
      TREASURY_URL: 'http://127.0.0.1:1',
    },
  })
  assert.equal(code, 78)
  assert.match(
    err,
    new RegExp(
      `cannot start: opening the store: ${file} has schema ${newestSchema() + 2}, and this version of sluice knows schemas up to ${newestSchema()}: `,
    ),
  )
})

/** A store with one entry, as this version writes it. */
async function written(t: TestContext): Promise<string> {
  const { folder, remove } = await scratch()
  t.after(remove)
  const file = join(folder, 'sluice.db')
  const store = new SqliteStore({ file, holder: 'the test', clock: systemClock })
  await put(store, { key: 'kept', body: Buffer.from('body') })
  await store.close()
  return file
}
