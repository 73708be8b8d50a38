import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { type Status, systemClock } from '../../engine/core/ports.ts'
import type { Store } from '../../engine/core/store.ts'
import { openSqlite, SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import { commit, put, read } from '../contract/store-subject.ts'
import { scratch } from '../support/gateway.ts'

test('nothing is opened before the first use: no file, no thread; then both are there, for this user alone', async t => {
  const { file, open } = await house(t)
  const threads: Worker[] = []
  const count = (worker: Worker): void => void threads.push(worker)
  process.on('worker', count)
  t.after(() => process.off('worker', count))
  const store = open()
  assert.deepEqual([existsSync(join(file, '..')), threads.length], [false, 0])
  await put(store, { key: 'a' })
  assert.equal(threads.length, 1)
  const folder = join(file, '..')
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
})

test('a store that nobody uses is closed without having been opened', async t => {
  const { file, open } = await house(t)
  await open().close()
  assert.ok(!existsSync(file))
})

test('how it is: connecting, then ready', async t => {
  const { open, statuses } = await house(t)
  await put(open(), { key: 'a' })
  assert.deepEqual(
    statuses.map(({ state }) => state),
    ['connecting', 'ready'],
  )
})

test('a second process on the same file is refused with the name of the first, and has it when that is killed', async t => {
  const { file, open, until } = await house(t)
  mkdirSync(join(file, '..'))
  const script = fileURLToPath(new URL('sqlite-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const store = open()
  const reason = new RegExp(`it is used by process ${child.pid}: two gateways cannot share a folder of data`)
  await assert.rejects(put(store, { key: 'a' }), { code: 'STORE', retry: 'safe', message: reason })
  assert.match((await until('degraded')).reason ?? '', reason)
  child.kill('SIGKILL')
  await until('ready')
  await put(store, { key: 'a' })
  assert.equal((await read(store, '0/a')).head, 0)
})

test('others may read and copy the file while it is used', async t => {
  const { file, open } = await house(t)
  const store = open()
  await put(store, { key: 'a', head: 'kept' })
  const reader = new DatabaseSync(file, { readOnly: true })
  assert.deepEqual({ ...reader.prepare('SELECT key, head FROM entries').get() }, { key: 'a', head: '"kept"' })
  reader.exec(`VACUUM INTO '${file}.copy'`)
  reader.close()
  await put(store, { key: 'b' })
  const copy = openSqlite({ file: `${file}.copy`, holder: 'the test', clock: systemClock })
  t.after(() => copy.close())
  assert.deepEqual([(await read(copy, 'a')).head, await copy.get('queue', 'b')], ['kept', undefined])
})

test('a thread that ends leaves the outcome of what it had unknown, and another goes on', async t => {
  const { open, until } = await house(t)
  const store = open()
  const [[worker]] = (await Promise.all([once(process, 'worker'), put(store, { key: 'a' })])) as [[Worker], unknown]
  const asked = Promise.allSettled([store.commit([{ put: { kind: 'queue', key: 'b' } }])])
  // By the next turn of the loop it was sent.
  await new Promise(setImmediate)
  await worker.terminate()
  const [outcome] = await asked
  if (outcome.status === 'rejected') assert.deepEqual([outcome.reason.code, outcome.reason.retry], ['STORE', 'unsafe'])
  await until('ready', 2)
  assert.ok(outcome.status === 'rejected' || (await store.get('queue', 'b')) !== undefined)
  await put(store, { key: 'c' })
  assert.equal((await read(store, 'a')).version, 1)
})

test('a disk that does not answer is waited for within the time of a call; what it answers later is heard by nobody', async t => {
  const { file, open, until } = await house(t)
  const store = open({ timeoutMs: 1_500 })
  await put(store, { key: 'a' })
  // As if the disk stood still: the store waits for another's transaction, two seconds at most.
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')
  const begun = performance.now()
  await assert.rejects(put(store, { key: 'b' }), { code: 'STORE', retry: 'unsafe', message: /no answer in 1500 ms/ })
  assert.ok(performance.now() - begun < 10_000)
  assert.equal((await until('degraded')).reason, 'no answer in 1500 ms')
  other.exec('ROLLBACK')
  other.close()
  await until('ready', 2)
  await put(store, { key: 'c' })
})

test('more calls than may wait are refused at once, and all others are answered', async t => {
  const { open } = await house(t)
  const store = open()
  const results = await Promise.allSettled(Array.from({ length: 20_100 }, () => store.get('queue', 'a')))
  const refused = results.filter(result => result.status === 'rejected')
  assert.equal(refused.length, 100)
  for (const { reason } of refused) assert.deepEqual([reason.code, reason.retry], ['STORE', 'safe'])
  const large = new Uint8Array(65 * 1024 * 1024)
  const [first, second] = await Promise.allSettled([put(store, { key: 'first', body: large }), put(store, { key: 'second', body: large })])
  assert.deepEqual([first.status, second.status], ['fulfilled', 'rejected'])
})

test('a call that cannot be made fails alone: those that travel with it are answered and kept', async t => {
  const { open, statuses } = await house(t)
  const store = open()
  const kind = null as unknown as 'queue'
  const results = await Promise.allSettled([
    put(store, { key: 'a' }),
    store.list({ kind: 'queue', limit: 1.5 }),
    store.commit([{ put: { kind, key: 'b' } }]),
    store.commit([{ put: { kind: 'queue', key: 'c' } }, { put: { kind, key: 'd' } }]),
    store.commit([{ put: { kind: 'queue', key: 'e' } }, { put: { kind: 'queue', key: 'a' }, expect: 'absent' }]),
    put(store, { key: 'f' }),
  ])
  assert.deepEqual(
    results.map(result => (result.status === 'fulfilled' ? result.value : result.reason.retry)),
    [undefined, 'never', 'never', 'never', { at: 1 }, undefined],
  )
  const listed = await store.list({ kind: 'queue', limit: 9 })
  assert.deepEqual(
    listed.map(({ key }) => key),
    ['a', 'f'],
  )
  assert.equal((await store.measure('queue'))[0]?.count, 2)
  assert.equal(statuses.at(-1)?.state, 'ready')
})

test('a folder of a newer version is refused before anything runs, with both schemas and the file in the line', async t => {
  const { file, open, statuses } = await house(t)
  const store = open()
  await put(store, { key: 'a' })
  await store.close()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 1000; PRAGMA wal_checkpoint')
  database.close()
  const line = new RegExp(
    `${file} has schema 1000, and this version of sluice knows schemas up to \\d+: run the version that wrote it, or a newer one$`,
  )
  assert.throws(() => openSqlite({ file, holder: 'the test', clock: systemClock }), { code: 'STORE', retry: 'never', message: line })
  // Where it was written between the look and the use.
  await assert.rejects(put(open(), { key: 'b' }), { code: 'STORE', message: line })
  assert.equal(statuses.at(-1)?.state, 'failed')
})

test('a database of another program is not touched', async t => {
  const { file, open, statuses } = await house(t)
  mkdirSync(join(file, '..'))
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE theirs (a)')
  database.close()
  const before = readFileSync(file)
  await assert.rejects(put(open(), { key: 'a' }), { code: 'STORE', message: /is a database of another program$/ })
  assert.equal(statuses.at(-1)?.state, 'failed')
  const after = new DatabaseSync(file, { readOnly: true })
  assert.deepEqual(
    after
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map(({ name }) => name),
    ['theirs'],
  )
  after.close()
  assert.ok(before.length > 0)
})

test('a file that is no database is refused before anything runs', async t => {
  const { file } = await house(t)
  mkdirSync(join(file, '..'))
  writeFileSync(file, 'x'.repeat(10_000))
  assert.throws(() => openSqlite({ file, holder: 'the test', clock: systemClock }), {
    code: 'STORE',
    message: `opening the store: ${file} is no SQLite database, or is damaged`,
  })
})

test('a file that is damaged within fails, says so, and gives nothing wrong', async t => {
  const { file, open, statuses } = await house(t)
  const first = open()
  await commit(
    first,
    Array.from({ length: 500 }, (_, index) => ({ put: { kind: 'queue', key: `${index}`, head: 'x'.repeat(500) } })),
  )
  await first.close()
  const bytes = readFileSync(file)
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192, 0xa5)]))
  const store = open()
  await assert.rejects(store.list({ kind: 'queue', limit: 1000 }), { code: 'STORE', message: /the file is damaged/ })
  assert.deepEqual([statuses.at(-1)?.state, /the file is damaged/.test(statuses.at(-1)?.reason ?? '')], ['failed', true])
  await assert.rejects(put(store, { key: 'a' }), { code: 'STORE', message: /the file is damaged/ })
})

test('a process ends by itself though it has a store, and Node says nothing of experiments', async t => {
  const { file } = await house(t)
  const script = `
    const { SqliteStore } = await import(${JSON.stringify(new URL('../../engine/store/sqlite/sqlite.ts', import.meta.url).href)})
    const store = new SqliteStore({ file: ${JSON.stringify(file)}, holder: '', clock: { now: () => Date.now() } })
    await store.commit([{ put: { kind: 'queue', key: 'a' } }])
    console.log('kept')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([child.stdout, child.stderr].map(async stream => (await stream.toArray()).join('')))
  assert.deepEqual([out, err], ['kept\n', ''])
})

/** Stores on one file of one test. */
interface Stores {
  readonly file: string
  open(options?: { readonly timeoutMs?: number }): Store
  readonly statuses: readonly Status[]
  /** Resolves when it was told so often, be it before or later. */
  until(state: Status['state'], times?: number): Promise<Status>
}

async function house(t: TestContext): Promise<Stores> {
  const { folder, remove } = await scratch()
  const file = join(folder, 'data', 'sluice.db')
  const opened: Store[] = []
  const statuses: Status[] = []
  const waiting = new Set<() => void>()
  t.after(async () => {
    await Promise.all(opened.map(store => store.close()))
    await remove()
  })
  return {
    file,
    statuses,
    open: options => {
      const store = new SqliteStore({ file, holder: 'the test', clock: systemClock, ...options })
      store.watch(status => {
        statuses.push(status)
        for (const look of waiting) look()
      })
      opened.push(store)
      return store
    },
    until: (state, times = 1) =>
      new Promise(resolve => {
        const look = (): void => {
          const found = statuses.filter(status => status.state === state)[times - 1]
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}
