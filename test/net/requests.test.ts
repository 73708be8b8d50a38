import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireRequest } from '../../engine/core/component.ts'
import { openHouse, route, text } from './house.ts'
import { say } from './raw.ts'

/** What a channel is shown of a request. */
async function shown(context: Parameters<typeof openHouse>[0], request: string): Promise<WireRequest> {
  const seen: WireRequest[] = []
  const house = await openHouse(context, [
    route('GET /hello', one => {
      seen.push(one)
      return text('')
    }),
  ])
  assert.equal((await say(house.port, request)).status, 200)
  const [first] = seen
  assert.ok(first !== undefined)
  return first
}

const queries: readonly { readonly query: string; readonly want: Readonly<Record<string, string | readonly string[]>> }[] = [
  { query: '', want: {} },
  { query: '?', want: {} },
  { query: '?a=1&b=two', want: { a: '1', b: 'two' } },
  { query: '?a=1&a=2&a=3', want: { a: ['1', '2', '3'] } },
  { query: '?a&b=', want: { a: '', b: '' } },
  { query: '?&&a=1&', want: { a: '1' } },
  { query: '?a=b=c', want: { a: 'b=c' } },
  { query: '?a=b+c%2Bd%20e', want: { a: 'b c+d e' } },
  { query: '?na%C3%AFve=caf%c3%a9', want: { 'na\u00efve': 'caf\u00e9' } },
  { query: '?__proto__=1&constructor=2', want: { ['__proto__']: '1', constructor: '2' } },
  { query: '?path=a/b?c', want: { path: 'a/b?c' } },
]
for (const { query, want } of queries)
  test(`requests: the query "${query}" is read`, async context => {
    const request = await shown(context, `GET /hello${query} HTTP/1.1\r\nhost: here\r\n\r\n`)
    assert.deepEqual(Object.entries(request.query), Object.entries(want))
    assert.equal(request.path, '/hello')
  })

test('requests: headers are lower-case; one that came twice is a list', async context => {
  const plain = await shown(context, 'GET /hello HTTP/1.1\r\nHost: here\r\nX-One: 1\r\n\r\n')
  assert.deepEqual({ ...plain.headers }, { host: 'here', 'x-one': '1' })
  const twice = await shown(context, 'GET /hello HTTP/1.1\r\nHost: here\r\nX-One: 1\r\nx-one: 2\r\nX-Two: 3\r\n\r\n')
  assert.deepEqual({ ...twice.headers }, { host: 'here', 'x-one': ['1', '2'], 'x-two': '3' })
})

const origins: readonly { readonly head: string; readonly want: RegExp }[] = [
  { head: 'HTTP/1.1\r\nhost: rates.example:8080', want: /^http:\/\/rates\.example:8080$/ },
  { head: 'HTTP/1.1\r\nhost: [::1]:8080', want: /^http:\/\/\[::1\]:8080$/ },
  { head: 'HTTP/1.1\r\nhost: a"><b', want: /^http:\/\/127\.0\.0\.1:\d+$/ },
  { head: 'HTTP/1.0', want: /^http:\/\/127\.0\.0\.1:\d+$/ },
]
for (const { head, want } of origins)
  test(`requests: the origin of ${JSON.stringify(head)} is ${want.source}`, async context => {
    const request = await shown(context, `GET /hello ${head}\r\n\r\n`)
    assert.match(request.origin, want)
  })

test('requests: the peer is the other side of the connection', async context => {
  const house = await openHouse(context, [route('GET /hello', request => text(request.peer.address))])
  assert.equal((await say(house.port, 'GET /hello HTTP/1.1\r\nhost: here\r\n\r\n')).body, '127.0.0.1')
})

test('requests: an object that has the request as its prototype shows the same, and who calls', async context => {
  const house = await openHouse(context, [
    route('POST /hello', async request => {
      const known: WireRequest = Object.create(request, { principal: { value: { name: 'partner', method: 'basic', claims: {} } } })
      const body = Buffer.from(await known.body()).toString()
      return text(
        [known.principal?.name, known.headers['x-one'], known.query['a'], known.peer.address, known.signal.aborted, body].join(' '),
      )
    }),
  ])
  const { body } = await say(house.port, 'POST /hello?a=1 HTTP/1.1\r\nhost: here\r\nx-one: 2\r\ncontent-length: 5\r\n\r\nhello')
  assert.equal(body, 'partner 2 1 127.0.0.1 false hello')
})
