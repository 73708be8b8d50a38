import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { secretUrl } from '../../engine/core/secret.ts'
import { PostgresStore } from '../../engine/store/postgres/postgres.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres.ts'
import { startProxy, type TcpProxy } from '../support/proxy.ts'
import { balance, type StoreLoad, startStoreLoad } from '../support/store-load.ts'

/** Milliseconds that the server stands still, above what a call waits; 30 s in the long form. */
const frozenMs = Number(process.env['FROZEN_MS'] ?? 7000)
/** What the store may take to come back, in milliseconds. */
const recoveryMs = 10_000

describe('a store in PostgreSQL, when things break', { skip: withoutPostgres() ?? false, timeout: 240_000 }, () => {
  let server: PostgresServer
  let proxy: TcpProxy
  before(async () => {
    server = await startPostgres()
    proxy = await startProxy(server.port)
  })
  after(async () => {
    await proxy?.[Symbol.asyncDispose]()
    await server?.stop()
  })

  const open = (port: number, schema: string): PostgresStore =>
    new PostgresStore(secretUrl(`${server.url.replace(`:${server.port}`, `:${port}`)}?schema=${schema}`))
  const newSchema = (): string => `test_${randomUUID().replaceAll('-', '')}`

  /** Two nodes under load, through whatever `fault` does: it resolves when what it broke is whole again. */
  const underLoad = async (fault: (load: StoreLoad) => Promise<void>): Promise<void> => {
    const schema = newSchema()
    const stores = [open(proxy.port, schema), open(proxy.port, schema)]
    const load = startStoreLoad(stores)
    try {
      await load.progress()
      await fault(load)
      const whole = performance.now()
      await load.progress()
      const tookMs = Math.round(performance.now() - whole)
      assert.ok(tookMs < recoveryMs, `it came back after ${tookMs} ms`)
      await load.finish()
      assert.ok(load.acknowledged > 0)
    } finally {
      load.stop()
      await Promise.all(stores.map(store => store.close()))
    }
  }

  test('the server is restarted under load: nothing acknowledged is lost, nothing is finished twice', () =>
    underLoad(() => server.restart()))

  test('the server is killed under load: nothing acknowledged is lost, nothing is finished twice', () =>
    underLoad(async load => {
      const refused = load.rejected
      await server.kill()
      // What it had answered before may still be on its way: until every writer and worker has been refused twice.
      while (load.rejected < refused + 16) await setTimeout(10)
      const before = load.acknowledged
      await setTimeout(500)
      assert.equal(load.acknowledged, before, 'something was acknowledged that nobody kept')
      await server.restart()
    }))

  test('the server stands still: every call ends, nothing is acknowledged meanwhile, and it goes on when the server does', () =>
    underLoad(async load => {
      server.freeze()
      try {
        await setTimeout(500)
        const before = load.acknowledged
        await setTimeout(frozenMs)
        assert.equal(load.acknowledged, before, 'something was acknowledged that nobody kept')
        assert.ok(load.rejected > 0, 'the calls wait still')
      } finally {
        server.thaw()
      }
    }))

  test('connections are cut at any moment, again and again', () =>
    underLoad(async () => {
      for (let count = 0; count < 40; count++) {
        await setTimeout(Math.random() * 60)
        proxy.cut()
      }
    }))

  test('the network holds back what is sent: every call ends, and it goes on when the network does', () =>
    underLoad(async load => {
      proxy.stall()
      await setTimeout(frozenMs)
      assert.ok(load.rejected > 0, 'the calls wait still')
      proxy.pass()
    }))

  test('answers do not arrive: what may have been kept is told as unknown', () =>
    underLoad(async load => {
      proxy.deafen()
      await setTimeout(frozenMs)
      assert.ok(load.rejected > 0, 'the calls wait still')
      proxy.pass()
    }))

  const moments = [
    { when: 'unsent', isKept: false },
    { when: 'unanswered', isKept: true },
  ] as const
  for (const { when, isKept } of moments)
    test(`a connection that is cut amid a commit, ${when}: the outcome is unknown, and the entry is ${isKept ? '' : 'not '}kept`, async () => {
      const store = open(proxy.port, newSchema())
      try {
        await store.commit([{ put: { kind: 'queue', key: 'before' } }])
        const cut = proxy.cutOn('amid', when)
        const change = { put: { kind: 'queue', key: 'amid', head: 1 }, expect: 'absent' } as const
        await assert.rejects(store.commit([change]), { code: 'STORE', retry: 'unsafe' })
        await cut
        assert.equal((await store.get('queue', 'amid')) !== undefined, isKept)
        // Who tries again is told by the condition whether it was made.
        assert.deepEqual(await store.commit([change]), isKept ? { at: 0 } : undefined)
      } finally {
        await store.close()
      }
    })

  test('a server that is not there yet: calls fail within seconds as not made, and work when it has come', async () => {
    const schema = newSchema()
    const store = open(proxy.port, schema)
    const states: string[] = []
    store.watch(({ state }) => states.push(state))
    try {
      await server.kill()
      await assert.rejects(store.commit([{ put: { kind: 'queue', key: 'a' } }]), { code: 'STORE', retry: 'safe' })
      await assert.rejects(store.get('queue', 'a'), { code: 'STORE', retry: 'safe' })
      await server.restart()
      const ready = performance.now()
      while (states.at(-1) !== 'ready') {
        assert.ok(performance.now() - ready < recoveryMs, `it is ${states.at(-1)}`)
        await setTimeout(20)
      }
      assert.equal(await store.commit([{ put: { kind: 'queue', key: 'a' } }]), undefined)
      assert.deepEqual([...new Set(states)], ['connecting', 'ready'])
    } finally {
      await store.close()
    }
  })

  test('a server that ends every connection at once is not called in a tight loop', async () => {
    const store = open(proxy.port, newSchema())
    proxy.slam()
    try {
      const before = proxy.taken
      await assert.rejects(store.get('queue', 'a'), { code: 'STORE', retry: 'safe' })
      await setTimeout(1000)
      assert.ok(proxy.taken - before < 150, `${proxy.taken - before} connections`)
      proxy.pass()
      const passed = performance.now()
      const works = (): Promise<boolean> =>
        store.get('queue', 'a').then(
          () => true,
          () => false,
        )
      while (!(await works())) {
        assert.ok(performance.now() - passed < recoveryMs, 'it does not come back')
        await setTimeout(20)
      }
    } finally {
      proxy.pass()
      await store.close()
    }
  })
})

test('the books of the load find a loss, a double, and what was kept though it was refused', () => {
  const faults = balance(
    new Map([
      ['lost', 'made'],
      ['twice', 'made'],
      ['kept', 'safe'],
      ['fine', 'made'],
      ['unknown', 'unsafe'],
      ['gone', 'safe'],
    ]),
    new Map([
      ['twice', ['made', 'made']],
      ['kept', ['made']],
      ['fine', ['conflict', 'made']],
      ['invented', ['made']],
    ]),
  )
  assert.deepEqual(faults, [
    'lost was acknowledged, and is lost',
    'twice was finished twice',
    'kept was refused as not kept, and was kept',
    'invented was never put',
  ])
})
