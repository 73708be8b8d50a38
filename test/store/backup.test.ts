import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { secretUrl } from '../../engine/core/secret.ts'
import type { Store } from '../../engine/core/store.ts'
import { PostgresStore } from '../../engine/store/postgres/postgres.ts'
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import { commit, put, read, text } from '../contract/store-subject.ts'
import { root, scratch } from '../support/gateway.ts'
import { programs, startPostgres, withoutPostgres } from '../support/postgres.ts'

/** The commands of the guide, run in `folder` as they stand there, but for what this machine has not. */
async function run(folder: string, pattern: RegExp, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const guide = await readFile(join(root, 'docs/operate.md'), 'utf8')
  const command = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .filter(line => pattern.test(line))
  assert.ok(command.length > 0, `the guide has no ${pattern}`)
  const env = { ...process.env, ...environment }
  const { status, stderr } = spawnSync('sh', ['-e', '-c', command.join('\n')], { cwd: folder, env, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}

/** Something of every sort, and what comes after a backup. */
async function fill(store: Store): Promise<void> {
  for (const key of ['a', 'b']) await put(store, { key, group: 'g', lane: 'l', head: { key }, body: Buffer.from(`body of ${key}`) })
  await store.claim({ kind: 'queue', group: 'g', owner: 'me', leaseMs: 60_000, limit: 1, bytes: 1000 })
}

async function check(store: Store): Promise<void> {
  assert.equal(text((await read(store, 'a')).body), 'body of a')
  assert.equal((await read(store, 'a')).lease?.owner, 'me')
  assert.equal(await store.get('queue', 'after'), undefined)
  assert.equal((await store.measure('queue', 'g'))[0]?.count, 2)
  await commit(store, [{ remove: { kind: 'queue', key: 'a' }, expect: 2 }])
  const [next] = await store.claim({ kind: 'queue', group: 'g', owner: 'other', leaseMs: 60_000, limit: 1, bytes: 1000 })
  assert.equal(next?.key, 'b')
  await put(store, { key: 'new', group: 'g' })
  assert.ok((await read(store, 'new')).sequence > (await read(store, 'b')).sequence)
}

test('a SQLite store is copied while it is used, and the copy is a store', async () => {
  const { folder, remove } = await scratch()
  const open = (): SqliteStore => new SqliteStore({ file: join(folder, 'data/sluice.db'), holder: 'the test', clock: { now: Date.now } })
  const store = open()
  await fill(store)
  await run(folder, /^node -e .*VACUUM INTO/)
  await put(store, { key: 'after', group: 'g' })
  await store.close()
  await run(folder, /^(rm -f|cp) .*sluice\.db/)
  const restored = open()
  await check(restored)
  await restored.close()
  await remove()
})

describe('with PostgreSQL', { skip: withoutPostgres() ?? false }, () => {
  test('a store in PostgreSQL is dumped while it is used, and the dump is a store', async () => {
    await using server = await startPostgres()
    const { folder, remove } = await scratch()
    const environment = { STORE_URL: server.url, PATH: `${programs()}:${process.env['PATH']}` }
    const store = new PostgresStore(secretUrl(server.url))
    await fill(store)
    await run(folder, /^pg_dump /, environment)
    await put(store, { key: 'after', group: 'g' })
    await store.close()
    await run(folder, /^(psql|pg_restore) /, environment)
    const restored = new PostgresStore(secretUrl(server.url))
    await check(restored)
    await restored.close()
    await remove()
  })
})
