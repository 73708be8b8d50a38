import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { type Answerer, deferred, echo, openHouse, route, text } from './house.ts'
import { dial, say } from './raw.ts'

/** As a channel does: what the body throws is answered by its code and status. */
const telling: Answerer = async request => {
  try {
    return await echo(request)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { ...text(error.code, error.status), headers: error.detail.headers ?? {} }
  }
}
/** As where something is waited for first, who asks for instance: by then a small body has come. */
const afterTurns: Answerer = async request => {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
  return telling(request)
}
const post = (...headers: readonly string[]): string => `${['POST /echo HTTP/1.1', 'host: here', ...headers].join('\r\n')}\r\n\r\n`
const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`

const cases: readonly { readonly name: string; readonly request: string; readonly status: number; readonly body: string }[] = [
  { name: 'a body of known length is read', request: `${post('content-length: 5')}hello`, status: 200, body: 'hello' },
  {
    name: 'a chunked body is read',
    request: `${post('transfer-encoding: chunked')}${chunk('hel')}${chunk('lo')}0\r\n\r\n`,
    status: 200,
    body: 'hello',
  },
  { name: 'a request without a body has an empty one', request: post(), status: 200, body: '' },
  { name: 'a length of 0 is an empty body', request: post('content-length: 0'), status: 200, body: '' },
  { name: 'a body at the limit is read', request: `${post('content-length: 10')}0123456789`, status: 200, body: '0123456789' },
  {
    name: 'a length above the limit is TOO_LARGE before anything is read',
    request: post('content-length: 11'),
    status: 413,
    body: 'TOO_LARGE',
  },
  {
    name: 'chunks above the limit are TOO_LARGE',
    request: `${post('transfer-encoding: chunked')}${chunk('01234567')}${chunk('890')}`,
    status: 413,
    body: 'TOO_LARGE',
  },
  {
    name: 'a compressed body is UNSUPPORTED',
    request: `${post('content-length: 5', 'content-encoding: gzip')}hello`,
    status: 415,
    body: 'UNSUPPORTED',
  },
  {
    name: 'a body that is said not to be compressed is read',
    request: `${post('content-length: 5', 'content-encoding: identity')}hello`,
    status: 200,
    body: 'hello',
  },
  {
    name: 'a chunk without a size is BAD_REQUEST',
    request: `${post('transfer-encoding: chunked')}${chunk('hel')}x\r\nlo\r\n`,
    status: 400,
    body: 'BAD_REQUEST',
  },
]
// A body that was broken before anybody asked for it cuts the connection.
for (const [when, answerer, some] of [
  ['at once', telling, cases],
  ['when it is there already', afterTurns, cases.filter(({ status }) => status !== 400)],
] as const)
  for (const { name, request, status, body } of some)
    test(`bodies: asked for ${when}, ${name}`, async context => {
      const house = await openHouse(context, [route('POST /echo', answerer, 10)])
      const answer = await say(house.port, request)
      assert.deepEqual({ status: answer.status, body: answer.body }, { status, body })
    })

test('bodies: after a body that was read, the connection takes the next request', async context => {
  const house = await openHouse(context, [route('POST /echo', telling)])
  const wire = await dial(house.port)
  for (const body of ['one', 'two']) {
    wire.send(`${post('content-length: 3')}${body}`)
    assert.equal((await wire.answer()).body, body)
  }
  wire.socket.destroy()
})

test('bodies: a small body that nobody reads does not become the next request', async context => {
  const house = await openHouse(context, [route('POST /echo', () => text('unread'))])
  const wire = await dial(house.port)
  for (let round = 0; round < 3; round += 1) {
    wire.send(`${post('content-length: 24')}GET /nope HTTP/1.1\r\n\r\n..`)
    assert.equal((await wire.answer()).body, 'unread')
  }
  wire.socket.destroy()
})

test('bodies: the caller of a refused upload reads the answer, though it goes on sending; then the connection ends', async context => {
  const house = await openHouse(context, [route('POST /echo', telling)], { lingerBytes: 200_000 })
  const wire = await dial(house.port)
  wire.send(`${post('content-length: 100000000')}`)
  const answer = await wire.answer()
  assert.equal(answer.status, 413)
  assert.equal(answer.headers.get('connection'), 'close')
  for (let count = 0; wire.socket.writable; count += 1) {
    assert.ok(count < 1_000, 'the connection should have ended by now')
    wire.send(Buffer.alloc(65_536))
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.equal(await wire.ended(), '')
})

test('bodies: a caller who waits for 100 Continue gets it once the body is wanted', async context => {
  const wanted = deferred<void>()
  const house = await openHouse(context, [
    route('POST /echo', async request => {
      await wanted.promise
      return echo(request)
    }),
  ])
  const wire = await dial(house.port)
  wire.send(post('content-length: 5', 'expect: 100-continue'))
  wanted.resolve()
  assert.equal((await wire.answer()).status, 100)
  wire.send('hello')
  assert.equal((await wire.answer()).body, 'hello')
  wire.socket.destroy()
})

test('bodies: a caller who waits for 100 Continue is refused without it, and the connection ends', async context => {
  const house = await openHouse(context, [route('POST /echo', telling, 10)])
  const wire = await dial(house.port)
  wire.send(post('content-length: 11', 'expect: 100-continue'))
  const answer = await wire.answer()
  assert.deepEqual([answer.status, answer.headers.get('connection')], [413, 'close'])
  wire.socket.destroy()
})

test('bodies: a caller who goes away half-way makes the body CANCELLED and the signal abort', async context => {
  const arrived = deferred<void>()
  const error = deferred<unknown>()
  const aborted = deferred<unknown>()
  const house = await openHouse(context, [
    route('POST /echo', async request => {
      request.signal.addEventListener('abort', () => aborted.resolve(request.signal.reason))
      const body = request.body()
      arrived.resolve()
      await body.catch(error.resolve)
      return text('nobody reads this')
    }),
  ])
  const wire = await dial(house.port)
  wire.send(`${post('content-length: 10')}hello`)
  await arrived.promise
  wire.socket.destroy()
  for (const thrown of [await error.promise, await aborted.promise]) assert.ok(thrown instanceof SluiceError && thrown.code === 'CANCELLED')
})

test('bodies: one that does not arrive in time is BAD_REQUEST with 408', async context => {
  const house = await openHouse(context, [route('POST /echo', telling)], { headersMs: 200, requestMs: 300 })
  const answer = await say(house.port, `${post('content-length: 10')}hello`)
  assert.deepEqual([answer.status, answer.body], [408, 'BAD_REQUEST'])
})

test('bodies: reading twice gives the same', async context => {
  const house = await openHouse(context, [
    route('POST /echo', async request => {
      const [once, again] = [await request.body(), await request.body()]
      return text(String(once === again))
    }),
  ])
  assert.equal((await say(house.port, `${post('content-length: 5')}hello`)).body, 'true')
})
