import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body } from '../../engine/core/message.ts'
import { type CacheCalls, cacheConfig, withCache } from '../support/cache.ts'
import { testScope } from '../support/host.ts'

const scope = testScope(60_000)
const minute = 60_000

async function known(cache: CacheCalls, keys: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const key of keys) if ((await cache.get({ key }, scope))?.found === true) found.push(key)
  return found
}

test('a value lives as long as `set` says, else as long as the connector says', () =>
  withCache(cacheConfig('memory:', { ttl: 10 * minute }), async ({ cache, host }) => {
    await cache.set({ key: 'own', value: 1, ttl: minute }, scope)
    await cache.set({ key: 'default', value: 2 }, scope)
    host.clock.move(minute - 1)
    assert.deepEqual(await known(cache, ['own', 'default']), ['own', 'default'])
    host.clock.move(1)
    assert.deepEqual(await known(cache, ['own', 'default']), ['default'])
    host.clock.move(9 * minute)
    assert.deepEqual(await known(cache, ['own', 'default']), [])
  }))

test('setting a value again begins its life anew', () =>
  withCache(cacheConfig('memory:', { ttl: minute }), async ({ cache, host }) => {
    await cache.set({ key: 'k', value: 1 }, scope)
    host.clock.move(minute - 1)
    await cache.set({ key: 'k', value: 2 }, scope)
    host.clock.move(minute - 1)
    assert.deepEqual(await cache.get({ key: 'k' }, scope), { body: 2, found: true })
  }))

test('the first increment sets how long a number lives, the others do not', () =>
  withCache(cacheConfig('memory:'), async ({ cache, host }) => {
    const increment = async (): Promise<Body> => (await cache.increment({ key: 'n', by: 1, ttl: minute }, scope))?.body
    assert.equal(await increment(), 1)
    host.clock.move(minute - 1)
    assert.equal(await increment(), 2)
    host.clock.move(1)
    assert.equal(await increment(), 1)
  }))

test('delete of a value whose time is over says that there was none', () =>
  withCache(cacheConfig('memory:'), async ({ cache, host }) => {
    await cache.set({ key: 'k', value: 1, ttl: minute }, scope)
    host.clock.move(minute)
    assert.deepEqual(await cache.delete({ key: 'k' }, scope), { body: false })
  }))

test('above maxEntries the least recently used value goes', () =>
  withCache(cacheConfig('memory:', { maxEntries: 3 }), async ({ cache }) => {
    for (const key of ['a', 'b', 'c']) await cache.set({ key, value: key }, scope)
    await cache.get({ key: 'a' }, scope)
    await cache.set({ key: 'd', value: 'd' }, scope)
    assert.deepEqual(await known(cache, ['a', 'b', 'c', 'd']), ['a', 'c', 'd'])
  }))

test('above maxBytes the least recently used values go, as many as it takes', () =>
  withCache(cacheConfig('memory:', { maxBytes: 10_000 }), async ({ cache }) => {
    for (const key of ['a', 'b', 'c', 'd']) await cache.set({ key, value: 'x'.repeat(2000) }, scope)
    await cache.set({ key: 'large', value: { list: ['y'.repeat(6000)] } }, scope)
    assert.deepEqual(await known(cache, ['a', 'b', 'c', 'd', 'large']), ['d', 'large'])
  }))

test('a value above maxBytes is not kept, and pushes nothing out but what it replaces', () =>
  withCache(cacheConfig('memory:', { maxBytes: 1000 }), async ({ cache }) => {
    await cache.set({ key: 'small', value: 1 }, scope)
    await cache.set({ key: 'huge', value: 1 }, scope)
    await cache.set({ key: 'huge', value: 'x'.repeat(2000) }, scope)
    assert.deepEqual(await known(cache, ['small', 'huge']), ['small'])
  }))

test('two caches in memory share nothing', () =>
  withCache(cacheConfig('memory:'), ({ cache: one }) =>
    withCache(cacheConfig('memory:'), async ({ cache: other }) => {
      await one.set({ key: 'k', value: 1 }, scope)
      assert.deepEqual(await other.get({ key: 'k' }, scope), { body: undefined, found: false })
    }),
  ))
