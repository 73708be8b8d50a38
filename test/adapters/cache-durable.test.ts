import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MemoryStore } from '../../engine/store/memory.ts'
import { cacheConfig, fault, withCache } from '../support/cache.ts'
import { scratch, startProcess } from '../support/gateway.ts'
import { testClock, testScope } from '../support/host.ts'

const scope = testScope(60_000)

test('what is kept durably has its time: of the call, else of the connector, and an increment leaves it', async () => {
  const clock = testClock()
  const store = new MemoryStore(clock)
  await withCache(
    cacheConfig('durable:', { ttl: 60_000 }),
    async ({ cache, host }) => {
      clock.move(host.clock.now() - clock.now())
      await cache.set({ key: 'own', value: 1, ttl: 1000 }, scope)
      await cache.set({ key: 'default', value: 1 }, scope)
      await cache.increment({ key: 'count', by: 1, ttl: 1000 }, scope)
      await cache.increment({ key: 'count', by: 1, ttl: 60_000 }, scope)
      clock.move(1000)
      const found = async (key: string): Promise<unknown> => (await cache.get({ key }, scope))?.found
      assert.deepEqual([await found('own'), await found('default'), await found('count')], [false, true, false])
    },
    store,
  )
})

test('what was set longest ago goes first where there is more than the bounds allow', async () => {
  const store = new MemoryStore(testClock())
  await withCache(
    cacheConfig('durable:', { maxEntries: 40 }),
    async ({ cache }) => {
      for (let count = 0; count < 100; count++) await cache.set({ key: `${count}`, value: count }, scope)
      const [measured] = await store.measure('cache')
      assert.ok((measured?.count ?? 0) <= 42, `${measured?.count} are kept`)
      assert.equal((await cache.get({ key: '99' }, scope))?.found, true)
      assert.equal((await cache.get({ key: '50' }, scope))?.found, false)
    },
    store,
  )
  const bytes = new MemoryStore(testClock())
  await withCache(
    cacheConfig('durable:', { maxBytes: 20_000 }),
    async ({ cache }) => {
      for (let count = 0; count < 50; count++) await cache.set({ key: `${count}`, value: 'x'.repeat(998) }, scope)
      const [measured] = await bytes.measure('cache')
      assert.ok((measured?.bytes ?? 0) <= 22_000, `${measured?.bytes} bytes are kept`)
    },
    bytes,
  )
})

const names: readonly string[] = ['x'.repeat(1000), `${'x'.repeat(999)}y`, 'a\0b', 'a\ud83d', 'a\ufffd', '=a', '#a', '']
test('every key is one of its own, whatever the store takes as a key', () =>
  withCache(cacheConfig('durable:', { prefix: '' }), async ({ cache }) => {
    for (const key of names) await cache.set({ key, value: key.length }, scope)
    await cache.set({ key: '=', value: 'other' }, scope)
    for (const key of names) assert.deepEqual((await cache.get({ key }, scope))?.body, key.length)
  }))

test('of many nodes that count at once, none is lost', async () => {
  const store = new MemoryStore(testClock())
  const count = async (): Promise<void> =>
    withCache(
      cacheConfig('durable:'),
      async ({ cache }) => {
        await Promise.all(Array.from({ length: 20 }, () => cache.increment({ key: 'n', by: 1 }, scope)))
      },
      store,
    )
  await Promise.all(Array.from({ length: 5 }, count))
  await withCache(cacheConfig('durable:'), async ({ cache }) => assert.equal((await cache.get({ key: 'n' }, scope))?.body, 100), store)
})

test('a store that is away fails the call as STORE, which may be tried again', async () => {
  const store = new MemoryStore(testClock())
  await store.close()
  await withCache(cacheConfig('durable:'), async ({ cache }) => assert.rejects(cache.get({ key: 'a' }, scope), fault('STORE')), store)
})

test('what a gateway kept durably is there after it was killed', async () => {
  const { folder, remove } = await scratch()
  await writeFile(
    join(folder, 'count.yaml'),
    `connectors:
  kept:
    cache: "durable:"
pipelines:
  count:
    channels:
      - http: { path: /count, method: POST }
        security: none
    steps:
      - call: kept.increment
        with: { key: visits }
`,
  )
  const environment = { SLUICE_DATA: join(folder, 'data') }
  try {
    for (const expected of [1, 2]) {
      const gateway = await startProcess({ config: folder, environment })
      const answer = await fetch(`${gateway.url}/count`, { method: 'POST' })
      const text = await answer.text()
      gateway.signal('SIGKILL')
      await gateway.exited
      assert.equal(text, `${expected}`)
    }
  } finally {
    await remove()
  }
})
