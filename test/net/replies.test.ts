import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from '../../engine/core/message.ts'
import { deferred, openHouse, route, text } from './house.ts'
import { dial, say } from './raw.ts'

const get = 'GET /hello HTTP/1.1\r\nhost: here\r\n\r\n'
const bytes = (body: string): Uint8Array => Buffer.from(body)

const replies: readonly {
  readonly name: string
  readonly reply: Reply
  readonly want: Readonly<Record<string, string | undefined>>
  readonly body?: string
}[] = [
  {
    name: 'a reply has its length and type',
    reply: text('hello'),
    want: { 'content-length': '5', 'content-type': 'text/plain' },
    body: 'hello',
  },
  {
    name: 'the headers’ own content type wins',
    reply: { ...text('{}'), headers: { 'content-type': 'application/vnd.order+json' } },
    want: { 'content-type': 'application/vnd.order+json' },
    body: '{}',
  },
  {
    name: 'a list is several lines',
    reply: { ...text(''), headers: { 'set-cookie': ['a=1', 'b=2'] } },
    want: { 'set-cookie': 'a=1, b=2' },
  },
  {
    name: 'numbers and booleans are text',
    reply: { ...text(''), headers: { 'x-count': 3, 'x-more': false } },
    want: { 'x-count': '3', 'x-more': 'false' },
  },
  {
    name: 'what frames the reply is not the author’s to say',
    reply: {
      ...text('hello'),
      headers: { 'content-length': '1', 'transfer-encoding': 'chunked', connection: 'close', 'x-correlation-id': 'forged-id' },
    },
    want: { 'content-length': '5', 'transfer-encoding': undefined, connection: 'keep-alive' },
    body: 'hello',
  },
  {
    name: '204 has neither body nor length',
    reply: { status: 204, headers: {}, body: bytes('no') },
    want: { 'content-length': undefined },
  },
  {
    name: '304 has neither body nor length',
    reply: { status: 304, headers: { etag: '"1"' }, body: bytes('') },
    want: { 'content-length': undefined, etag: '"1"' },
  },
  { name: 'no body is a length of 0', reply: { status: 200, headers: {}, body: { value: undefined } }, want: { 'content-length': '0' } },
  {
    name: 'bytes stay what they are',
    reply: { status: 200, headers: {}, body: Uint8Array.of(0, 255, 13, 10) },
    want: { 'content-length': '4' },
    body: '\0\u00ff\r\n',
  },
  {
    name: 'a view of bytes is only what it shows',
    reply: { status: 200, headers: {}, body: bytes('xhellox').subarray(1, 6) },
    want: {},
    body: 'hello',
  },
  { name: 'a large reply is whole', reply: text('a'.repeat(300_000)), want: { 'content-length': '300000' }, body: 'a'.repeat(300_000) },
  {
    name: 'a Blob is piped',
    reply: { status: 200, headers: {}, body: new Blob(['b'.repeat(200_000)]) },
    want: { 'content-length': '200000' },
    body: 'b'.repeat(200_000),
  },
  { name: 'an empty Blob is no body', reply: { status: 200, headers: {}, body: new Blob([]) }, want: { 'content-length': '0' }, body: '' },
]
for (const { name, reply, want, body = '' } of replies)
  test(`replies: ${name}`, async context => {
    const house = await openHouse(context, [route('GET /hello', () => reply)])
    const answer = await say(house.port, get)
    assert.equal(answer.status, reply.status)
    assert.deepEqual(Object.fromEntries(Object.keys(want).map(header => [header, answer.headers.get(header)])), want)
    assert.equal(answer.body, body)
    assert.match(answer.headers.get('x-correlation-id') ?? '', /^[0-9a-f]{12}-1$/)
    assert.deepEqual(house.lines, [])
  })

test('replies: HEAD is answered by the route of GET, with its length and without its body', async context => {
  for (const reply of [text('hello'), { ...text(''), body: new Blob(['hello']) }]) {
    const house = await openHouse(context, [route('GET /hello', request => (request.method === 'HEAD' ? reply : text('not a HEAD', 500)))])
    const wire = await dial(house.port)
    for (const call of [get.replace('GET', 'HEAD'), get.replace('GET', 'HEAD')]) {
      wire.send(call)
      const { status, headers } = await wire.answer(true)
      assert.deepEqual([status, headers.get('content-length')], [200, '5'])
    }
    wire.socket.destroy()
  }
})

test('replies: OPTIONS is answered with what the path takes', async context => {
  const house = await openHouse(context, [route('GET /hello'), route('PUT /hello')])
  const { status, headers } = await say(house.port, get.replace('GET', 'OPTIONS'))
  assert.deepEqual([status, headers.get('allow')], [204, 'GET, HEAD, PUT, OPTIONS'])
  assert.equal(house.records[0]?.status, 204)
})

test('replies: another method is refused in the words of the channel, with Allow', async context => {
  const house = await openHouse(context, [route('GET /hello')])
  const { status, headers, body } = await say(house.port, get.replace('GET', 'PATCH'))
  assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
  assert.equal(body, 'METHOD_NOT_ALLOWED: this path takes GET, HEAD, OPTIONS')
})

const unsayable: readonly { readonly name: string; readonly answer: () => Reply | Promise<Reply> }[] = [
  { name: 'a line break in a header', answer: () => ({ ...text('hello'), headers: { 'x-name': 'a\r\nset-cookie: b' } }) },
  { name: 'a NUL in a header', answer: () => ({ ...text('hello'), headers: { 'x-name': 'a\0b' } }) },
  { name: 'a line break in a list', answer: () => ({ ...text('hello'), headers: { 'x-name': ['a', 'b\nc'] } }) },
  { name: 'a blank in a header name', answer: () => ({ ...text('hello'), headers: { 'x name': 'a' } }) },
  { name: 'a line break in the content type', answer: () => ({ ...text('hello'), contentType: 'text/plain\r\nx: y' }) },
  { name: 'a status that is none', answer: () => text('hello', 42) },
  { name: 'a value that nobody rendered', answer: () => ({ ...text(''), body: { value: { a: 1 } } }) },
  {
    name: 'an answer that throws',
    answer: () => {
      throw new Error('the secret place')
    },
  },
  { name: 'an answer that rejects', answer: () => Promise.reject(new Error('the secret place')) },
]
for (const { name, answer } of unsayable)
  test(`replies: ${name} is INTERNAL, logged, and told in general words`, async context => {
    const house = await openHouse(context, [route('GET /hello', answer)])
    const { status, headers, body } = await say(house.port, get)
    assert.equal(status, 500)
    assert.deepEqual([headers.get('set-cookie'), headers.get('x')], [undefined, undefined])
    assert.deepEqual(
      { ...JSON.parse(body), id: '' },
      {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'a fault of the gateway itself',
        code: 'INTERNAL',
        id: '',
      },
    )
    while (house.lines.length === 0) await new Promise(resolve => setImmediate(resolve))
    assert.match(house.lines.join(''), /"level":"error","event":"edge"/)
  })

test('replies: to several requests sent at once they keep the order', async context => {
  const gate = deferred<void>()
  const house = await openHouse(context, [
    route('GET /slow', async () => {
      await gate.promise
      return text('slow')
    }),
    route('GET /hello', () => {
      gate.resolve()
      return text('hello')
    }),
  ])
  const wire = await dial(house.port)
  wire.send(get.replace('/hello', '/slow') + get)
  assert.deepEqual([(await wire.answer()).body, (await wire.answer()).body], ['slow', 'hello'])
  wire.socket.destroy()
})

test('replies: a caller who does not read is cut', async context => {
  const gone = deferred<unknown>()
  const house = await openHouse(
    context,
    [
      route('GET /hello', request => {
        request.signal.addEventListener('abort', () => gone.resolve(request.signal.reason))
        return text('a'.repeat(30_000_000))
      }),
    ],
    { writeStallMs: 200 },
  )
  const wire = await dial(house.port)
  wire.socket.pause()
  wire.send(get)
  assert.match(String(await gone.promise), /the caller went away/)
  wire.socket.destroy()
})

test('replies: a Blob whose caller does not read is cut', async context => {
  const gone = deferred<unknown>()
  const house = await openHouse(
    context,
    [
      route('GET /hello', request => {
        request.signal.addEventListener('abort', () => gone.resolve(request.signal.reason))
        return { ...text(''), body: new Blob(['a'.repeat(30_000_000)]) }
      }),
    ],
    { writeStallMs: 200 },
  )
  const wire = await dial(house.port)
  wire.socket.pause()
  wire.send(get)
  assert.match(String(await gone.promise), /the caller went away/)
  wire.socket.destroy()
})
