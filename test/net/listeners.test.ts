import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { deferred, openHouse, route, text } from './house.ts'
import { dial, say } from './raw.ts'

const get = 'GET /hello HTTP/1.1\r\nhost: here\r\n\r\n'

test('a kept port never refuses a connection, over a hundred swaps under load', { timeout: 120_000 }, async context => {
  const house = await openHouse(context, [route('GET /hello', () => text('0'))])
  let done = false
  let fresh = 0
  const caller = async (): Promise<number> => {
    let last = 0
    const kept = await dial(house.port)
    while (!done) {
      kept.send(get)
      const revision = Number((await kept.answer()).body)
      assert.ok(revision >= last, 'a later request is not answered by an earlier revision')
      last = revision
      assert.equal((await say(house.port, get)).status, 200)
      fresh += 1
    }
    kept.socket.destroy()
    return last
  }
  const callers = Array.from({ length: 8 }, caller)
  for (let revision = 1; revision <= 100; revision += 1) {
    const before = fresh
    await house.swap(route('GET /hello', () => text(String(revision))))
    while (fresh < before + 3) await new Promise(resolve => setImmediate(resolve))
  }
  done = true
  await Promise.all(callers)
  assert.equal((await say(house.port, get)).body, '100')
})

test('a request ends on the routes it began on', async context => {
  const arrived = deferred<void>()
  const swapped = deferred<void>()
  const house = await openHouse(context, [
    route('GET /hello', async () => {
      arrived.resolve()
      await swapped.promise
      return text('old')
    }),
  ])
  const wire = await dial(house.port)
  wire.send(get)
  await arrived.promise
  await house.swap(route('GET /hello', () => text('new')))
  swapped.resolve()
  assert.equal((await wire.answer()).body, 'old')
  wire.send(get)
  assert.equal((await wire.answer()).body, 'new')
  wire.socket.destroy()
})

test('a new listener answers 503 until the swap, and then what it is given', async context => {
  const { listeners } = await openHouse(context, [])
  const binding = await listeners.bind([{ name: 'second', host: '127.0.0.1', port: 0 }])
  const { port } = listeners.address('second')
  const before = await say(port, get)
  assert.deepEqual([before.status, before.headers.get('retry-after')], [503, '1'])
  listeners.swap(binding, new Map([['second', [route('GET /hello')]]]))
  assert.equal((await say(port, get)).status, 200)
})

test('an address that is taken is named, with the listener, and nothing else changes', async context => {
  const house = await openHouse(context, [route('GET /hello')])
  const other = createServer().listen(0, '127.0.0.1')
  context.after(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  assert.ok(typeof address === 'object' && address !== null)
  const wanted = [
    { name: 'public', host: '127.0.0.1', port: 0 },
    { name: 'second', host: '127.0.0.1', port: 0 },
    { name: 'taken', host: '127.0.0.1', port: address.port },
  ]
  await assert.rejects(house.listeners.bind(wanted), (error: unknown) => {
    assert.ok(error instanceof SluiceError)
    assert.equal(error.message, `listening on 127.0.0.1:${address.port}: the address is in use`)
    assert.equal(error.detail.reason, 'taken')
    return true
  })
  assert.equal((await say(house.port, get)).status, 200)
  assert.throws(() => house.listeners.address('second'))
})

test('a listener that is gone takes no more, and finishes what it has with connection: close', async context => {
  const arrived = deferred<void>()
  const go = deferred<void>()
  const house = await openHouse(context, [
    route('GET /hello', async () => {
      arrived.resolve()
      await go.promise
      return text('finished')
    }),
  ])
  const [busy, idle] = [await dial(house.port), await dial(house.port)]
  idle.send('GET /nope HTTP/1.1\r\nhost: here\r\n\r\n')
  assert.equal((await idle.answer()).status, 404)
  busy.send(get)
  await arrived.promise
  house.listeners.swap(await house.listeners.bind([]), new Map())
  await idle.ended()
  await assert.rejects(dial(house.port))
  go.resolve()
  const { body, headers } = await busy.answer()
  assert.deepEqual([body, headers.get('connection')], ['finished', 'close'])
  await busy.ended()
})

test('a port moves from one name to another without closing', async context => {
  const house = await openHouse(context, [])
  const first = await house.listeners.bind([{ name: 'first', host: '127.0.0.1', port: house.port }])
  house.listeners.swap(first, new Map([['first', [route('GET /hello')]]]))
  const wire = await dial(house.port)
  const second = await house.listeners.bind([{ name: 'second', host: '127.0.0.1', port: house.port }])
  house.listeners.swap(second, new Map([['second', [route('GET /hello', () => text('second'))]]]))
  wire.send(get)
  assert.equal((await wire.answer()).body, 'second')
  assert.throws(() => house.listeners.address('first'))
  wire.socket.destroy()
})

test('an address widens from one host to all; a binding that fails for another reason gives it back', async context => {
  const house = await openHouse(context, [route('GET /hello')])
  const unheard = { name: 'unheard', host: '192.0.2.1', port: 0 }
  await assert.rejects(
    house.listeners.bind([{ name: 'public', host: '0.0.0.0', port: house.port }, unheard]),
    /this machine has no such address/,
  )
  assert.equal((await say(house.port, get)).status, 200)
  const binding = await house.listeners.bind([{ name: 'public', host: '0.0.0.0', port: house.port }])
  house.listeners.swap(binding, new Map([['public', [route('GET /hello', () => text('wide'))]]]))
  assert.deepEqual(house.listeners.address('public'), { host: '0.0.0.0', port: house.port })
  assert.equal((await say(house.port, get)).body, 'wide')
})

test('closing lets requests finish, ends idle and silent connections, and cuts the rest after the grace', {
  timeout: 60_000,
}, async context => {
  const arrived = deferred<void>()
  const house = await openHouse(context, [
    route('GET /hello', async () => {
      arrived.resolve()
      return await new Promise(() => {})
    }),
  ])
  const [silent, stuck] = [await dial(house.port), await dial(house.port)]
  stuck.send(get)
  await arrived.promise
  await house.listeners.close(300)
  assert.deepEqual([await silent.ended(), await stuck.ended()], ['', ''])
  await assert.rejects(dial(house.port))
})

test('closing waits a second, and not the whole grace, for a connection that has said nothing', { timeout: 60_000 }, async context => {
  const house = await openHouse(context, [])
  const silent = await dial(house.port)
  const began = performance.now()
  await house.listeners.close(60_000)
  assert.ok(performance.now() - began < 30_000)
  assert.equal(await silent.ended(), '')
})

test('a connection that says nothing is cut without an answer', { timeout: 60_000 }, async context => {
  const house = await openHouse(context, [], { headersMs: 200, requestMs: 300 })
  assert.equal(await (await dial(house.port)).ended(), '')
  assert.deepEqual(house.records, [])
})

test('headers that do not arrive in time are answered with 408', { timeout: 60_000 }, async context => {
  const house = await openHouse(context, [route('GET /hello')], { headersMs: 200, requestMs: 300 })
  assert.equal((await say(house.port, 'GET /hello HTTP/1.1\r\nhost:')).status, 408)
})

test('what follows a request and is no HTTP ends the connection, and is not answered in its place', async context => {
  const arrived = deferred<void>()
  const house = await openHouse(context, [
    route('GET /hello', async () => {
      arrived.resolve()
      return await new Promise(() => {})
    }),
  ])
  const wire = await dial(house.port)
  wire.send(get)
  await arrived.promise
  wire.send('garbage\r\n\r\n')
  assert.equal(await wire.ended(), '')
})

test('connections above the limit are dropped, and said in the log', async context => {
  const house = await openHouse(context, [], { connections: 1 })
  const first = await dial(house.port)
  await (await dial(house.port)).ended()
  while (house.lines.length === 0) await new Promise(resolve => setImmediate(resolve))
  assert.match(house.lines.join(''), /"event":"connection-dropped","listener":"public","connections":1/)
  first.socket.destroy()
})
