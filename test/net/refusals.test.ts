import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answerer } from './house.ts'
import { openHouse, route, text } from './house.ts'
import { say } from './raw.ts'

const head = (first: string, ...headers: readonly string[]): string => `${[first, 'host: here', ...headers].join('\r\n')}\r\n\r\n`
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `x-${at}: 1`)

const cases: readonly { readonly name: string; readonly request: string; readonly want: number }[] = [
  { name: 'a plain request is taken', request: head('GET /hello HTTP/1.1'), want: 200 },
  { name: 'HTTP/1.0 needs no host', request: 'GET /hello HTTP/1.0\r\n\r\n', want: 200 },
  { name: 'an address of this host is taken', request: head('GET http://here/hello HTTP/1.1'), want: 200 },
  {
    name: 'an upgrade that nobody speaks is a plain request',
    request: head('GET /hello HTTP/1.1', 'connection: upgrade', 'upgrade: h2c'),
    want: 200,
  },
  { name: 'an encoded letter is that letter', request: head('GET /h%65llo HTTP/1.1'), want: 200 },
  { name: 'no host is refused', request: 'GET /hello HTTP/1.1\r\n\r\n', want: 400 },
  { name: 'two hosts are refused', request: head('GET /hello HTTP/1.1', 'host: there'), want: 400 },
  { name: 'twice the same host is refused', request: head('GET /hello HTTP/1.1', 'Host: here'), want: 400 },
  { name: 'an address of another host is refused', request: head('GET http://there/hello HTTP/1.1'), want: 400 },
  { name: 'an address with a user is refused', request: head('GET http://me@here/hello HTTP/1.1'), want: 400 },
  { name: 'a target without a path is refused', request: head('OPTIONS * HTTP/1.1'), want: 400 },
  { name: 'a coding before chunked is refused', request: head('POST /hello HTTP/1.1', 'transfer-encoding: gzip, chunked'), want: 400 },
  { name: 'an empty coding before chunked is refused', request: head('POST /hello HTTP/1.1', 'transfer-encoding: ,chunked'), want: 400 },
  {
    name: 'chunked said twice is refused',
    request: head('POST /hello HTTP/1.1', 'transfer-encoding: chunked', 'transfer-encoding: chunked'),
    want: 400,
  },
  { name: 'chunked with HTTP/1.0 is refused', request: head('POST /hello HTTP/1.0', 'transfer-encoding: chunked'), want: 400 },
  {
    name: 'chunked with a length is refused',
    request: head('POST /hello HTTP/1.1', 'transfer-encoding: chunked', 'content-length: 3'),
    want: 400,
  },
  { name: 'two lengths are refused', request: head('POST /hello HTTP/1.1', 'content-length: 3', 'content-length: 4'), want: 400 },
  { name: 'two content types are refused', request: head('GET /hello HTTP/1.1', 'content-type: a/b', 'content-type: c/d'), want: 400 },
  { name: 'two authorizations are refused', request: head('GET /hello HTTP/1.1', 'authorization: a', 'authorization: b'), want: 400 },
  { name: 'a blank before the colon is refused', request: head('GET /hello HTTP/1.1', 'x-a : b'), want: 400 },
  { name: 'a folded header is refused', request: head('GET /hello HTTP/1.1', 'x-a: b', ' c'), want: 400 },
  { name: 'a header name with an underscore is refused', request: head('GET /hello HTTP/1.1', 'x_a: b'), want: 400 },
  { name: 'the header __proto__ is refused', request: head('GET /hello HTTP/1.1', '__proto__: b'), want: 400 },
  { name: 'the header constructor is a header', request: head('GET /hello HTTP/1.1', 'constructor: b'), want: 200 },
  { name: '100 header fields are taken', request: head('GET /hello HTTP/1.1', ...many(99)), want: 200 },
  { name: '101 header fields are refused', request: head('GET /hello HTTP/1.1', ...many(100)), want: 431 },
  {
    name: 'a host that hides behind 100 other fields is refused',
    request: head('GET /hello HTTP/1.1', ...many(120), 'host: there'),
    want: 431,
  },
  { name: 'headers above 16 kB are refused', request: head('GET /hello HTTP/1.1', `x-a: ${'a'.repeat(17_000)}`), want: 431 },
  { name: 'a target above 8 kB is refused', request: head(`GET /hello?${'a'.repeat(8_192)} HTTP/1.1`), want: 414 },
  { name: 'an encoded slash is refused', request: head('GET /orders/a%2Fb HTTP/1.1'), want: 400 },
  { name: 'an encoded backslash is refused', request: head('GET /orders/a%5cb HTTP/1.1'), want: 400 },
  { name: 'a backslash is refused', request: head('GET /orders/a\\b HTTP/1.1'), want: 400 },
  { name: 'an empty segment is refused', request: head('GET /orders//hello HTTP/1.1'), want: 400 },
  { name: 'two slashes at the start are refused', request: head('GET //hello HTTP/1.1'), want: 400 },
  { name: 'a segment .. is refused', request: head('GET /orders/../hello HTTP/1.1'), want: 400 },
  { name: 'a last segment .. is refused', request: head('GET /orders/.. HTTP/1.1'), want: 400 },
  { name: 'an encoded segment .. is refused', request: head('GET /orders/.%2E/hello HTTP/1.1'), want: 400 },
  { name: 'a segment . is refused', request: head('GET /./hello HTTP/1.1'), want: 400 },
  { name: 'a segment ... is a segment', request: head('GET /orders/... HTTP/1.1'), want: 200 },
  { name: 'an encoded NUL is refused', request: head('GET /orders/a%00 HTTP/1.1'), want: 400 },
  { name: 'a fragment is refused', request: head('GET /orders/a#b HTTP/1.1'), want: 400 },
  { name: 'a path that is not ASCII is refused', request: head('GET /orders/\u00e9 HTTP/1.1'), want: 400 },
  { name: 'a broken encoding in the path is refused', request: head('GET /orders/%zz HTTP/1.1'), want: 400 },
  { name: 'an encoding in the path that is not UTF-8 is refused', request: head('GET /orders/%ff HTTP/1.1'), want: 400 },
  { name: 'a broken encoding in the query is refused', request: head('GET /hello?a=%zz HTTP/1.1'), want: 400 },
  { name: 'an unknown path is not found', request: head('GET /nope HTTP/1.1'), want: 404 },
  { name: 'a path ends where it ends', request: head('GET /hello/ HTTP/1.1'), want: 404 },
  { name: 'another method is not allowed', request: head('DELETE /hello HTTP/1.1'), want: 405 },
  { name: 'TRACE is not allowed', request: head('TRACE /hello HTTP/1.1'), want: 405 },
  { name: 'CONNECT is not allowed', request: head('CONNECT there:443 HTTP/1.1'), want: 405 },
  { name: 'another expectation than 100-continue is refused', request: head('GET /hello HTTP/1.1', 'expect: a-miracle'), want: 417 },
  { name: 'what is no HTTP is refused', request: 'hello\r\n\r\n', want: 400 },
  { name: 'HTTP/2 without a negotiation is refused', request: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', want: 400 },
]
for (const { name, request, want } of cases)
  test(`the edge: ${name}`, async context => {
    let asked = 0
    const answer: Answerer = () => {
      asked += 1
      return text('hello')
    }
    const house = await openHouse(context, [
      route('GET /hello', answer),
      route('POST /hello', answer),
      route('GET /orders/{orderId}', answer),
    ])
    const { status, headers } = await say(house.port, request)
    assert.equal(status, want)
    assert.match(headers.get('x-correlation-id') ?? '', /^[0-9a-f]{12}-[0-9a-z]+$/)
    assert.equal(asked, want === 200 ? 1 : 0, 'a refused request reaches no channel')
    if (status === 400 || status === 431) assert.equal(headers.get('connection'), 'close')
    if (![200, 405, 417].includes(status)) assert.equal(house.records[0]?.status, want)
  })

test('a refusal of the edge is a problem of RFC 9457, with the id of the access line', async context => {
  const house = await openHouse(context, [route('GET /hello')])
  const { headers, body } = await say(house.port, head('GET /nope HTTP/1.1', 'x-correlation-id: order-4711'))
  assert.equal(headers.get('content-type'), 'application/problem+json')
  assert.deepEqual(JSON.parse(body), {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'no pipeline is served at this path',
    code: 'NOT_FOUND',
    id: 'order-4711',
  })
  assert.deepEqual(house.records, [{ id: 'order-4711', method: 'GET', path: '/nope', status: 404, error: 'NOT_FOUND', durationMs: 0 }])
})

const offered: readonly { readonly id: string; readonly kept: boolean }[] = [
  { id: 'order.4711-A_b', kept: true },
  { id: 'a'.repeat(64), kept: true },
  { id: 'short', kept: false },
  { id: 'a'.repeat(65), kept: false },
  { id: 'with blank', kept: false },
  { id: '<script>alert(1)</script>', kept: false },
]
for (const { id, kept } of offered)
  test(`the correlation id "${id.slice(0, 20)}" of a caller is ${kept ? 'kept' : 'replaced'}`, async context => {
    const house = await openHouse(context, [route('GET /hello', request => text(request.id))])
    const { headers, body } = await say(house.port, head('GET /hello HTTP/1.1', `x-correlation-id: ${id}`))
    assert.equal(body, headers.get('x-correlation-id'))
    assert.equal(body === id, kept)
  })
