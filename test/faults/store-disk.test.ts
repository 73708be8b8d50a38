import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Status, systemClock } from '../../engine/core/ports.ts'
import { SqliteStore } from '../../engine/store/sqlite/sqlite.ts'
import { startSink } from '../durable/sink.ts'
import { eventually } from '../support/eventually.ts'
import { scratch, startProcess } from '../support/gateway.ts'
import { smallDisk, withoutDisk } from '../support/small-disk.ts'

const skip = withoutDisk
/** What a store has for being itself again, in milliseconds. */
const recoveryMs = 10_000

test('a disk that is full: nothing is answered that is not kept; with room it goes on by itself, and all is there', { skip }, async () => {
  await using disk = await smallDisk(2)
  const { store, statuses } = open(disk.folder)
  const kept: string[] = []
  const keep = async (key: string): Promise<void> => {
    await store.commit([
      { put: { kind: 'queue', key, group: 'g', body: new Uint8Array(20_000).fill(key.length) } },
      { put: { kind: 'mark', key, head: key } },
    ])
    kept.push(key)
  }
  try {
    for (let round = 0; round < 3; round++) {
      disk.fill()
      const failure = await untilRefused(index => keep(`${round}/${index}`))
      assert.deepEqual([failure.code, failure.retry], ['STORE', 'safe'])
      assert.match(failure.message, /full|cannot be opened|no space/i)
      assert.equal(statuses.at(-1)?.state, 'degraded')
      disk.empty()
      await eventually(() => keep(`${round}/after`), recoveryMs)
      assert.equal(statuses.at(-1)?.state, 'ready')
    }
    await allThere(store, kept)
    await store.close()
    const again = open(disk.folder).store
    await allThere(again, kept)
    await again.close()
  } finally {
    await store.close()
  }
})

test('a disk that is read-only: it says so, and when that is over goes on by itself', { skip }, async () => {
  await using disk = await smallDisk(4)
  const first = open(disk.folder).store
  await first.commit([{ put: { kind: 'queue', key: 'before' } }])
  await first.close()
  disk.readOnly(true)
  const { store, statuses } = open(disk.folder)
  try {
    await assert.rejects(store.commit([{ put: { kind: 'queue', key: 'a' } }]), { code: 'STORE', retry: 'safe' })
    assert.equal(statuses.at(-1)?.state, 'degraded')
    assert.match(statuses.at(-1)?.reason ?? '', /read-?only/i)
    disk.readOnly(false)
    await eventually(() => store.commit([{ put: { kind: 'queue', key: 'after' } }]), recoveryMs)
    const listed = await store.list({ kind: 'queue', limit: 9 })
    assert.deepEqual(
      listed.map(({ key }) => key),
      ['before', 'after'],
    )
  } finally {
    await store.close()
  }
})

test('a gateway whose disk is full answers 503 where it would have to keep, serves the rest, says why, and heals', { skip }, async () => {
  await using disk = await smallDisk(2)
  await using sink = await startSink()
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'plugins'))
  await writeFile(join(folder, 'orders.yaml'), pipelines)
  const gateway = await startProcess({
    config: folder,
    plugins: join(folder, 'plugins'),
    environment: { SLUICE_DATA: join(disk.folder, 'data'), SINK: sink.url },
  })
  try {
    const accepted: string[] = []
    const send = async (id: string): Promise<number> => {
      const body = JSON.stringify({ id, filler: 'x'.repeat(20_000) })
      const { status } = await fetch(`${gateway.url}/orders`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      if (status === 202) accepted.push(id)
      return status
    }
    assert.equal(await send('first'), 202)
    disk.fill()
    for (let number = 0; (await send(`full ${number}`)) === 202; number++) assert.ok(number < 1000, 'the disk is never full')
    assert.equal(await send('refused'), 503)
    assert.equal((await fetch(`${gateway.url}/echo`, { method: 'POST', body: '{}' })).status, 200)
    assert.match((await componentStore(gateway.admin))?.reason ?? '', /./)
    disk.empty()
    await eventually(async () => assert.equal(await send('after'), 202), recoveryMs)
    await eventually(async () => assert.equal((await componentStore(gateway.admin))?.state, 'ready'), recoveryMs)
    await eventually(() => {
      const heard = new Set(sink.told.map(({ body }) => (body as { readonly id: string }).id))
      assert.deepEqual(
        accepted.filter(id => !heard.has(id)),
        [],
      )
    }, recoveryMs)
    assert.equal(await gateway.stop(), 0)
  } finally {
    await gateway.stop()
    await remove()
  }
})

const pipelines = `connectors:
  sink:
    http: \${SINK}
pipelines:
  orders:
    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    steps:
      - call: sink.post
        with:
          path: /orders
          body:
            id: \${{ id }}
  echo:
    channels:
      - http: { path: /echo, method: POST }
        security: none
    steps:
      - transform: ok
`

async function componentStore(admin: string): Promise<Status | undefined> {
  const { components } = (await (await fetch(`${admin}/ready`)).json()) as {
    readonly components: readonly (Status & { readonly id: string })[]
  }
  return components.find(({ id }) => id === 'store')
}

function open(folder: string): { readonly store: SqliteStore; readonly statuses: readonly Status[] } {
  const statuses: Status[] = []
  const store = new SqliteStore({ file: join(folder, 'data', 'sluice.db'), holder: 'the test', clock: systemClock })
  store.watch(status => statuses.push(status))
  return { store, statuses }
}

/** What the first that was refused was told. */
async function untilRefused(keep: (index: number) => Promise<void>): Promise<Error & { readonly code: string; readonly retry: string }> {
  for (let index = 0; index < 1000; index++)
    try {
      await keep(index)
    } catch (error) {
      return error as Error & { readonly code: string; readonly retry: string }
    }
  throw new Error('the disk is never full')
}

async function allThere(store: SqliteStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    assert.equal((await store.get('mark', key))?.head, key)
    assert.equal((await store.get('queue', key))?.body.byteLength, 20_000)
  }
}
