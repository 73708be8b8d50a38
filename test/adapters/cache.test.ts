import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import cache from '../../engine/adapters/cache/connector.ts'
import type { CacheConnector, CacheConnectorOperations } from '../../engine/core/config.gen.ts'
import type { Body } from '../../engine/core/message.ts'
import { connectorContract, type Subject } from '../contract/connector.ts'
import { type CacheCalls, cacheConfig, fault, withCache } from '../support/cache.ts'
import { testScope } from '../support/host.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

/** Bytes as JSON text, which is what a cache carries. */
const carried: Omit<Subject<CacheConnector, CacheConnectorOperations, undefined>, 'open' | 'heals' | 'suffers'> = {
  definition: cache,
  carries: 'text',
  keep: async (connector, { key, bytes }, scope) => {
    await connector.operations.set({ key, value: Buffer.from(bytes).toString() }, scope)
  },
  read: async (connector, key, scope) => {
    const result = await connector.operations.get({ key }, scope)
    assert.equal(result?.found, true)
    return Buffer.from(String(result?.body))
  },
}

connectorContract('cache in memory', {
  ...carried,
  suffers: [],
  heals: 'by-call',
  open: async () => ({ config: cacheConfig('memory:'), system: { [Symbol.asyncDispose]: async () => {} } }),
})

connectorContract("cache in the gateway's own store", {
  ...carried,
  suffers: [],
  heals: 'by-call',
  open: async () => ({ config: cacheConfig('durable:'), system: { [Symbol.asyncDispose]: async () => {} } }),
})

connectorContract('cache in Redis', {
  ...carried,
  suffers: ['away', 'silent'],
  heals: 'alone',
  secret: 'open-sesame',
  open: async () => {
    const redis = await startRedis({ password: 'open-sesame' })
    const { freeze, thaw, kill: leave, restart: come } = redis
    return { config: cacheConfig(redis.url), system: { freeze, thaw, leave, come, [Symbol.asyncDispose]: redis.stop } }
  },
})

for (const store of ['memory', 'Redis', "the gateway's own store"] as const)
  describe(`a cache in ${store}`, () => {
    const scope = testScope(60_000)
    let redis: RedisServer | undefined
    before(async () => {
      redis = store === 'Redis' ? await startRedis() : undefined
    })
    after(() => redis?.stop())
    const given = (body: (cache: CacheCalls) => Promise<void>) => () =>
      withCache(cacheConfig(redis?.url ?? (store === 'memory' ? 'memory:' : 'durable:')), ({ cache }) => body(cache))

    const values: readonly Body[] = [null, true, false, 0, -1.5, 1e300, '', '1.22', '{"a":1}', [], [[1], {}], {}, { a: { b: [null, 'c'] } }]
    for (const value of values)
      test(
        `gives back ${JSON.stringify(value)} as it was`,
        given(async cache => {
          assert.equal(await cache.set({ key: 'k', value }, scope), undefined)
          assert.deepEqual(await cache.get({ key: 'k' }, scope), { body: value, found: true })
        }),
      )

    test(
      'a name such as `__proto__` in a value is a name like any other',
      given(async cache => {
        const value: Body = JSON.parse('{"__proto__":{"admin":true},"constructor":1}')
        await cache.set({ key: 'k', value }, scope)
        const result = await cache.get({ key: 'k' }, scope)
        assert.equal(JSON.stringify(result?.body), '{"__proto__":{"admin":true},"constructor":1}')
      }),
    )

    test(
      'nothing is kept under a key that was never set: the result is nothing, and says so',
      given(async cache => assert.deepEqual(await cache.get({ key: 'never' }, scope), { body: undefined, found: false })),
    )

    test(
      'delete says whether there was one',
      given(async cache => {
        await cache.set({ key: 'gone', value: 1 }, scope)
        assert.deepEqual(await cache.delete({ key: 'gone' }, scope), { body: true })
        assert.deepEqual(await cache.delete({ key: 'gone' }, scope), { body: false })
        assert.deepEqual(await cache.get({ key: 'gone' }, scope), { body: undefined, found: false })
      }),
    )

    test(
      'increment counts from 0, by what is said, and of many at once none is lost',
      given(async cache => {
        await cache.delete({ key: 'count' }, scope)
        assert.deepEqual(await cache.increment({ key: 'count', by: 5 }, scope), { body: 5 })
        assert.deepEqual(await cache.increment({ key: 'count', by: -7, ttl: 60_000 }, scope), { body: -2 })
        await Promise.all(Array.from({ length: 100 }, () => cache.increment({ key: 'count', by: 1, ttl: 60_000 }, scope)))
        assert.deepEqual(await cache.get({ key: 'count' }, scope), { body: 98, found: true })
      }),
    )

    const uncountable: readonly (readonly [string, Body])[] = [
      ['a text', 'seven'],
      ['a part of a number', 1.5],
      ['an object', { a: 1 }],
      ['a number at the end of what is exact', Number.MAX_SAFE_INTEGER],
    ]
    for (const [name, value] of uncountable)
      test(
        `increment refuses ${name}`,
        given(async cache => {
          await cache.set({ key: 'odd', value }, scope)
          await assert.rejects(cache.increment({ key: 'odd', by: 1 }, scope), fault('UPSTREAM_REFUSED'))
        }),
      )

    test(
      'a time to live of nothing forgets',
      given(async cache => {
        await cache.set({ key: 'brief', value: 1 }, scope)
        await cache.set({ key: 'brief', value: 2, ttl: 0 }, scope)
        assert.deepEqual(await cache.get({ key: 'brief' }, scope), { body: undefined, found: false })
      }),
    )

    for (const value of [Buffer.from('bytes'), new Blob(['file']), undefined])
      test(
        `what is not JSON is refused: ${value?.constructor.name}`,
        given(async cache => assert.rejects(cache.set({ key: 'k', value }, scope), fault('ARGUMENT_INVALID'))),
      )
  })
