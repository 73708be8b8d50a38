import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import { Redis } from 'ioredis'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Body } from '../../engine/core/message.ts'
import { cacheConfig, fault, withCache } from '../support/cache.ts'
import { testScope } from '../support/host.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

const scope = testScope(60_000)

/** Commands are written together, in the turn of the loop after their calls. */
async function written(): Promise<void> {
  await new Promise(setImmediate)
  await new Promise(setImmediate)
}

describe('a cache in Redis, beside another program', () => {
  let server: RedisServer
  let other: Redis
  before(async () => {
    server = await startRedis()
    other = new Redis(server.url)
  })
  after(async () => {
    other.disconnect()
    await server.stop()
  })

  test('a value is JSON text under its prefixed key', () =>
    withCache(cacheConfig(server.url, { prefix: 'rates:' }), async ({ cache }) => {
      await cache.set({ key: '2013-09-03', value: { rate: '1.22' } }, scope)
      assert.equal(await other.get('rates:2013-09-03'), '{"rate":"1.22"}')
      assert.equal(await other.pttl('rates:2013-09-03'), -1)
    }))

  test('a time to live is given to Redis: of the call, else of the connector', () =>
    withCache(cacheConfig(server.url, { ttl: 3_600_000 }), async ({ cache }) => {
      await cache.set({ key: 'own', value: 1, ttl: 60_000 }, scope)
      await cache.set({ key: 'default', value: 1 }, scope)
      const [own, fallback] = [await other.pttl('test:own'), await other.pttl('test:default')]
      assert.ok(own > 50_000 && own <= 60_000, `${own}`)
      assert.ok(fallback > 3_500_000 && fallback <= 3_600_000, `${fallback}`)
    }))

  test('the first increment sets how long a number lives, the others do not', () =>
    withCache(cacheConfig(server.url), async ({ cache }) => {
      await cache.increment({ key: 'n', by: 1, ttl: 60_000 }, scope)
      await cache.increment({ key: 'n', by: 1, ttl: 3_600_000 }, scope)
      const left = await other.pttl('test:n')
      assert.ok(left > 50_000 && left <= 60_000, `${left}`)
    }))

  const foreign: readonly (readonly [string, Body])[] = [
    ['1.22', 1.22],
    ['plain text', 'plain text'],
    ['', ''],
    ['{"a":', '{"a":'],
    ['12345678901234567890', '12345678901234567890'],
    ['{"id":12345678901234567890,"n":9007199254740991}', { id: '12345678901234567890', n: 9007199254740991 }],
    ['1e999', '1e999'],
    ['9007199254740994', 9007199254740994],
    ['['.repeat(100) + ']'.repeat(100), '['.repeat(100) + ']'.repeat(100)],
  ]
  for (const [text, body] of foreign)
    test(`what another program wrote as ${text.slice(0, 50)} is read as ${JSON.stringify(body).slice(0, 60)}`, () =>
      withCache(cacheConfig(server.url), async ({ cache }) => {
        await other.set('test:foreign', text)
        assert.deepEqual(await cache.get({ key: 'foreign' }, scope), { body, found: true })
      }))

  test('what Redis refuses is an error that trying again does not cure', () =>
    withCache(cacheConfig(server.url), async ({ cache }) => {
      await other.rpush('test:list', 'a')
      const error = await cache.get({ key: 'list' }, scope).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      assert.ok(error instanceof SluiceError)
      assert.equal(error.code, 'UPSTREAM_REFUSED')
      assert.equal(error.retry, 'never')
      assert.match(error.message, /WRONGTYPE/)
    }))

  test('a database that is not there fails, and is not another one', () =>
    withCache(cacheConfig(`${server.url}/99`), async ({ cache, host }) => {
      const status = await host.until('failed')
      assert.match(status.reason ?? '', /DB index is out of range/)
      await assert.rejects(cache.set({ key: 'stray', value: 1 }, scope), fault('UNREACHABLE'))
      assert.equal(await other.get('test:stray'), null)
    }))
})

test('a wrong password is a status that somebody must cure, and calls fail as unreachable', async () => {
  await using server = await startRedis({ password: 'right' })
  await withCache(cacheConfig(server.url.replace('right', 'wrong-one')), async ({ cache, host }) => {
    const status = await host.until('failed')
    assert.match(status.reason ?? '', /WRONGPASS/)
    await assert.rejects(cache.get({ key: 'k' }, scope), (error: unknown) => {
      assert.ok(fault('UNREACHABLE')(error))
      return !String(error).includes('wrong-one')
    })
  })
})

test('a call whose connection is lost before the answer has an unknown outcome', async () => {
  await using server = await startRedis()
  await withCache(cacheConfig(server.url), async ({ cache, host }) => {
    server.freeze()
    const call = assert.rejects(cache.increment({ key: 'n', by: 1 }, scope), fault('OUTCOME_UNKNOWN'))
    await written()
    await server.kill()
    await call
    await host.until('degraded')
  })
})

test('a call that has just been made is not a sign of silence, however long nothing was asked before it', async () => {
  await using server = await startRedis()
  mock.timers.enable({ apis: ['setInterval'] })
  try {
    await withCache(cacheConfig(server.url), async ({ cache, host }) => {
      mock.timers.tick(2500)
      server.freeze()
      const call = cache.get({ key: 'k' }, scope)
      await written()
      mock.timers.tick(2500)
      server.thaw()
      await call
      assert.deepEqual(await cache.get({ key: 'k' }, scope), { body: undefined, found: false })
      assert.deepEqual(
        host.statuses.map(({ state }) => state),
        ['connecting', 'ready'],
      )
    })
  } finally {
    mock.timers.reset()
  }
})

test('a server that falls silent loses the connection, and is found when it speaks again', async () => {
  await using server = await startRedis()
  mock.timers.enable({ apis: ['setInterval'] })
  try {
    await withCache(cacheConfig(server.url), async ({ cache, host }) => {
      server.freeze()
      const call = assert.rejects(cache.get({ key: 'k' }, scope), fault('OUTCOME_UNKNOWN'))
      await written()
      mock.timers.tick(2500)
      mock.timers.tick(2500)
      await call
      await host.until('degraded')
      server.thaw()
      await host.until('ready')
      assert.deepEqual(await cache.get({ key: 'k' }, scope), { body: undefined, found: false })
    })
  } finally {
    mock.timers.reset()
  }
})
