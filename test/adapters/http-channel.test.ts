import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import channel from '../../engine/adapters/http/channel.ts'
import type { Bound, Refusal, WireRequest } from '../../engine/core/component.ts'
import type { HttpChannel } from '../../engine/core/config.gen.ts'
import type { Inbound, Reply } from '../../engine/core/message.ts'
import type { Cut } from '../../engine/core/scope.ts'
import { parseXml } from '../../engine/formats/xml-reader.ts'

const config = (path: string, method: HttpChannel['method'] = 'POST'): HttpChannel => ({ path, method, listener: 'public', maxBody: 1024 })

describe('the path of an http channel', () => {
  const good = ['/', '/orders', '/orders/', '/orders/{orderId}', '/a/{b}/c/{d2}', '/a.b/c-d_e~f', '/k%C3%A4se', '/a:b/*', '/{only}']
  for (const path of good) test(`${path} is taken`, () => assert.deepEqual(channel.check?.(config(path)), []))

  const bad: readonly (readonly [string, RegExp])[] = [
    ['//orders', /empty segment/],
    ['/orders//items', /empty segment/],
    ['/orders/{orderId', /not a whole segment/],
    ['/orders/orderId}', /not a whole segment/],
    ['/orders/{orderId}.json', /not a whole segment/],
    ['/orders/v{version}', /not a whole segment/],
    ['/orders/{a}{b}', /not a whole segment/],
    ['/orders/{}', /not a name/],
    ['/orders/{order-id}', /not a name/],
    ['/orders/{OrderId}', /not a name/],
    ['/orders/{__proto__}', /not a name/],
    ['/orders/{id?}', /not a name/],
    ['/orders/{id}/items/{id}', /twice/],
    ['/orders/../admin', /goes elsewhere/],
    ['/orders/%2e%2E/admin', /goes elsewhere/],
    ['/./orders', /goes elsewhere/],
    ['/a%2Fb', /encoded slash/],
    ['/a%5cb', /encoded slash/],
    ['/a\\b', /backslash/],
    ['/100%', /hexadecimal/],
    ['/%FF', /hexadecimal/],
  ]
  for (const [path, message] of bad)
    test(`${path} is refused, with a hint`, () => {
      const faults = channel.check?.(config(path)) ?? []
      assert.equal(faults.length, 1)
      assert.equal(faults[0]?.pointer, '/path')
      assert.match(faults[0]?.message ?? '', message)
      assert.ok(faults[0]?.hint)
    })

  test('is one channel’s alone: every other one is to blame', () => {
    const faults = channel.checkTogether?.([config('/a'), config('/a'), config('/a')]) ?? []
    assert.deepEqual(
      faults.map(({ at, pointer }) => [at, pointer]),
      [
        [1, '/path'],
        [2, '/path'],
      ],
    )
  })

  test('is the route, with the method and the listener', () => {
    assert.deepEqual(channel.route(config('/orders/{id}', 'PUT')), { listener: 'public', methods: ['PUT'], path: '/orders/{id}' })
  })
})

describe('a request', () => {
  const signal = new AbortController().signal
  const request = (more: Partial<WireRequest> = {}): WireRequest => ({
    id: 'request-1',
    method: 'POST',
    path: '/orders/7',
    origin: 'http://localhost',
    params: { id: '7' },
    query: { page: ['1', '2'] },
    headers: { 'content-type': 'application/json', traceparent: '00-a-b-01', 'x-list': ['a', 'b'] },
    peer: { address: '127.0.0.1' },
    principal: { name: 'ann', method: 'basic', claims: {} },
    signal,
    hasBody: true,
    body: async () => Buffer.from('{}'),
    ...more,
  })
  const bound = (handle: Bound<HttpChannel>['handle']): readonly Bound<HttpChannel>[] => [
    { id: 'channel/p/http', config: config('/orders/{id}'), handle, contract: { pipeline: 'p', failures: [] } },
  ]
  const refuse = (): Refusal => assert.fail('an http channel leaves its errors to the engine')

  test('is handed in with all that it says, and answered as the pipeline says', async () => {
    const reply: Reply = { status: 201, headers: { location: '/orders/7' }, body: Buffer.from('ok') }
    const seen: (Inbound | Cut | undefined)[] = []
    const answer = await channel.serve(
      bound(async (inbound, cut) => {
        seen.push(inbound, cut)
        return reply
      }),
    )(request(), refuse)
    assert.equal(answer, reply)
    assert.equal(typeof seen[1] === 'object' && 'signal' in seen[1] ? seen[1].signal : undefined, signal)
    assert.deepEqual(seen[0], {
      body: Buffer.from('{}'),
      contentType: 'application/json',
      headers: request().headers,
      source: { method: 'POST', path: '/orders/7', params: { id: '7' }, query: { page: ['1', '2'] } },
      id: 'request-1',
      traceparent: '00-a-b-01',
      principal: { name: 'ann', method: 'basic', claims: {} },
    })
  })

  test('whose body cannot be read reaches no pipeline', async () => {
    const serve = channel.serve(bound(async () => assert.fail('the pipeline was called')))
    const broken = request({ body: () => Promise.reject(new Error('too large')) })
    await assert.rejects(async () => serve(broken, refuse), /too large/)
  })
})

describe('a refusal', () => {
  const refusal: Refusal = {
    id: 'request-1',
    status: 404,
    fault: 'sender',
    code: 'no-rate',
    text: 'there is no rate for <2013-09-08> & co',
    headers: { 'retry-after': '7' },
    violations: [],
    violationCount: 0,
  }
  const wire = {} as WireRequest // a problem says nothing of the request
  const render = (more: Partial<Refusal>, format?: string): Reply => channel.fault({ ...refusal, ...more }, wire, config('/'), format)
  const text = (reply: Reply): string => Buffer.from(reply.body as Uint8Array).toString()
  const violations = [
    { pointer: '/year', text: 'must be an integer' },
    { pointer: '', text: 'month is required' },
  ]

  test('is problem+json: title of the status, the text, the code, the correlation id', () => {
    const reply = render({})
    assert.equal(reply.status, 404)
    assert.equal(reply.contentType, 'application/problem+json')
    assert.deepEqual(reply.headers, { 'retry-after': '7' })
    assert.deepEqual(JSON.parse(text(reply)), {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'there is no rate for <2013-09-08> & co',
      code: 'no-rate',
      id: 'request-1',
    })
  })

  test('lists violations and counts them all, and has an author’s details', () => {
    const reply = render({ violations, violationCount: 25, details: { date: '2013-09-08' } })
    const { violations: listed, violationCount, details } = JSON.parse(text(reply))
    assert.deepEqual({ listed, violationCount, details }, { listed: violations, violationCount: 25, details: { date: '2013-09-08' } })
  })

  for (const format of ['json', 'text', 'csv', 'bytes', undefined])
    test(`is problem+json where the format is ${format}`, () => assert.equal(render({}, format).contentType, 'application/problem+json'))

  test('is problem+xml where the format is xml, lists as appendix B writes them', () => {
    const reply = render({ violations, violationCount: 2, details: { dates: ['a', 'b'] } }, 'xml')
    assert.equal(reply.contentType, 'application/problem+xml')
    assert.equal(
      text(reply),
      '<?xml version="1.0" encoding="UTF-8"?>\n<problem xmlns="urn:ietf:rfc:7807"><type>about:blank</type><title>Not Found</title><status>404</status>' +
        '<detail>there is no rate for &lt;2013-09-08&gt; &amp; co</detail><code>no-rate</code><id>request-1</id><violationCount>2</violationCount>' +
        '<violations><i><pointer>/year</pointer><text>must be an integer</text></i><i><pointer/><text>month is required</text></i></violations>' +
        '<details><dates><i>a</i><i>b</i></dates></details></problem>',
    )
  })

  test('is well-formed XML whatever a message quotes, and details whose names XML does not have are JSON text', () => {
    const hostile = { text: ']]>\0\u0001\ud800\ufffe<x', details: { 'not a name': [1], __proto__: null } }
    const reply = text(render(hostile, 'xml'))
    assert.doesNotThrow(() => parseXml(reply))
    assert.match(reply, /<details>\{"not a name":\[1\]\}<\/details>/)
    assert.match(reply, /<detail>\]\]&gt;\ufffd\ufffd\ufffd\ufffd&lt;x<\/detail>/)
  })
})
