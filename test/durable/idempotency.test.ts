import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { startSink } from './sink.ts'

const pipeline = (words: string, steps = '', channel = ''): string => `
connectors:
  sink:
    http: \${SINK}
    retry: 1
    breaker: false
pipelines:
  orders:
    input:
      type: object
      properties:
        number: { type: integer }
        fail: { type: integer }
    redelivery: { attempts: 2, delay: 10ms }
${words.replaceAll(/^(?=.)/gm, '    ')}
    channels:
      - http: { path: "/orders/{customer}", method: POST }
        security: none
${channel.replaceAll(/^(?=.)/gm, '        ')}
    steps:
      - call: sink.post
        with:
          path: /orders
          body: \${{ $ }}
${steps.replaceAll(/^(?=.)/gm, '      ')}
    reply:
      status: 201
      headers:
        x-number: \${{ $input.number }}
      body:
        number: \${{ $input.number }}
        at: \${{ $millis() }}
`

const send = (url: string, body: unknown, key?: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${url}/orders/ada`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }), ...headers },
  })

test('the same key and body is answered with the first reply, its status and its headers, and idempotency-replayed', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('idempotency: {}') }, { SINK: sink.url })
  const first = await send(house.url(), { number: 1 }, 'k1')
  const text = await first.text()
  assert.equal(first.status, 201)
  assert.equal(first.headers.get('idempotency-replayed'), null)
  const second = await send(house.url(), { number: 1 }, 'k1')
  assert.equal(second.status, 201)
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  assert.equal(second.headers.get('x-number'), '1')
  assert.equal(second.headers.get('content-type'), first.headers.get('content-type'))
  assert.equal(await second.text(), text)
  assert.equal((await send(house.url(), { number: 1 }, 'k2')).headers.get('idempotency-replayed'), null)
  assert.equal(sink.told.length, 2)
})

test('of a hundred requests with one key at the same time exactly one has an effect; the others are 409 with Retry-After, or the reply', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('idempotency: {}') }, { SINK: sink.url }, { store: 'sqlite' })
  const replies = await Promise.all(Array.from({ length: 100 }, () => send(house.url(), { number: 1 }, 'same')))
  assert.equal(sink.told.length, 1)
  assert.equal(replies.filter(({ status, headers }) => status === 201 && headers.get('idempotency-replayed') === null).length, 1)
  for (const { status, headers } of replies) {
    if (status === 409) assert.equal(headers.get('retry-after'), '1')
    else assert.equal(status, 201)
  }
  assert.equal((await send(house.url(), { number: 1 }, 'same')).headers.get('idempotency-replayed'), 'true')
})

test('a request without the header is 400, and one with another body, path or query under its key is 422 and KEY_REUSED', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('idempotency: {}') }, { SINK: sink.url })
  const without = await send(house.url(), { number: 1 })
  assert.equal(without.status, 400)
  assert.match(((await without.json()) as { detail: string }).detail, /the header Idempotency-Key is missing/)
  await send(house.url(), { number: 1 }, 'k')
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' }
  const body = JSON.stringify({ number: 1 })
  for (const reply of [
    await send(house.url(), { number: 2 }, 'k'),
    await fetch(`${house.url()}/orders/bob`, { method: 'POST', body, headers }),
    await fetch(`${house.url()}/orders/ada?x=1`, { method: 'POST', body, headers }),
  ]) {
    assert.equal(reply.status, 422)
    assert.equal(((await reply.json()) as { code: string }).code, 'KEY_REUSED')
  }
  assert.equal(sink.told.length, 1)
})

const failing = `- when: \${{ fail = 422 }}
  fail: { code: no-such-item, status: 422, message: "there is no such item" }
- when: \${{ fail = 503 }}
  fail: { code: come-back, status: 503, message: "later" }
`

test('what the pipeline refuses is kept, a 5xx and what is no input are not', async () => {
  await using sink = await startSink()
  const yaml = pipeline('idempotency: {}', failing.replaceAll('fail =', '$input.fail ='))
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  const refused = await send(house.url(), { number: 1, fail: 422 }, 'refused')
  assert.equal(refused.status, 422)
  const again = await send(house.url(), { number: 1, fail: 422 }, 'refused')
  assert.equal(again.status, 422)
  assert.equal(again.headers.get('idempotency-replayed'), 'true')
  assert.equal(((await again.json()) as { code: string }).code, 'no-such-item')
  assert.equal(sink.told.length, 1)

  for (let time = 0; time < 2; time++) assert.equal((await send(house.url(), { number: 1, fail: 503 }, 'away')).status, 503)
  assert.equal(sink.told.length, 3)

  assert.equal((await send(house.url(), { number: 'many' }, 'mended')).status, 400)
  assert.equal((await send(house.url(), { number: 3 }, 'mended')).status, 201)
})

test('a key of the message is a key; one that is nothing is 400', async () => {
  await using sink = await startSink()
  const yaml = pipeline('idempotency:\n  key: ${{ number }}')
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  assert.equal((await send(house.url(), { number: 7 })).status, 201)
  assert.equal((await send(house.url(), { number: 7 })).headers.get('idempotency-replayed'), 'true')
  assert.equal((await send(house.url(), {})).status, 400)
  assert.equal(sink.told.length, 1)
})

test('the same key of another caller is another key', async () => {
  await using sink = await startSink()
  const security = `
security:
  staff:
    basic:
      users: { ada: one, bob: two }
`
  const yaml = pipeline('idempotency: {}').replace('security: none', 'security: staff') + security
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  for (const who of ['ada:one', 'bob:two', 'ada:one']) {
    const reply = await send(house.url(), { number: 1 }, 'k', { authorization: `Basic ${Buffer.from(who).toString('base64')}` })
    assert.equal(reply.status, 201)
  }
  assert.equal(sink.told.length, 2)
})

test('a reply that is larger than maxReply is not kept: its message is not run again, and whoever repeats it is told 409', async () => {
  await using sink = await startSink()
  const yaml = pipeline('idempotency: { maxReply: 4B }')
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  assert.equal((await send(house.url(), { number: 1 }, 'k')).status, 201)
  const again = await send(house.url(), { number: 1 }, 'k')
  assert.equal(again.status, 409)
  assert.match(((await again.json()) as { detail: string }).detail, /too large to be kept/)
  assert.equal(sink.told.length, 1)
})

test('keys are remembered as long as within says', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('idempotency: { within: 1ms }') }, { SINK: sink.url })
  await send(house.url(), { number: 1 }, 'k')
  const until = performance.now() + 30_000
  while ((await send(house.url(), { number: 1 }, 'k')).headers.get('idempotency-replayed') !== null)
    assert.ok(performance.now() < until, 'the key is never forgotten')
  assert.ok(sink.told.length > 1)
})

test('an async channel answers a key that came before with the first receipt, and the message runs once', async () => {
  await using sink = await startSink()
  const yaml = pipeline('idempotency: {}', '', 'async: true')
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  const first = await send(house.url(), { number: 1 }, 'k')
  assert.equal(first.status, 202)
  const receipt = (await first.json()) as { id: string }
  const again = await send(house.url(), { number: 1 }, 'k')
  assert.equal(again.headers.get('idempotency-replayed'), 'true')
  assert.equal(((await again.json()) as { id: string }).id, receipt.id)
  assert.equal(again.headers.get('location'), first.headers.get('location'))
  await send(house.url(), { number: 2 }, 'other')
  await sink.heard(2)
  assert.deepEqual(sink.told.map(({ body }) => (body as { number: number }).number).sort(), [1, 2])
})

test('a message on a queue whose key is done does not run; one whose run failed does', async () => {
  await using sink = await startSink()
  const yaml = `${pipeline('idempotency:\n  key: ${{ number }}')}
  entry:
    channels:
      - http: { path: /entry, method: POST }
        security: none
    steps:
      - each: \${{ numbers }}
        steps:
          - invoke: orders
            with:
              number: \${{ $ }}
            async: true
`
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  sink.answers(503)
  const enter = (numbers: readonly number[]): Promise<Response> =>
    fetch(`${house.url()}/entry`, {
      method: 'POST',
      body: JSON.stringify({ numbers }),
      headers: { 'content-type': 'application/json' },
    })
  await enter([1])
  await sink.heard(2)
  await enter([1, 1, 2])
  await sink.heard(3)
  assert.deepEqual(
    sink.told.map(({ body }) => (body as { number: number }).number),
    [1, 1, 2],
  )
})

const soap = `
connectors:
  sink:
    http: \${SINK}
pipelines:
  order:
    idempotency: {}
    channels:
      - soap: { path: /soap, operation: order, namespace: "urn:shop" }
        security: none
    steps:
      - call: sink.post
        with:
          path: /orders
          body: \${{ $ }}
      - transform:
          number: \${{ $input.number }}
`

test('a SOAP message whose MessageID came before is answered with the first reply; one without is a fault', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': soap }, { SINK: sink.url })
  const call = async (number: number, id?: string): Promise<{ text: string; replayed: string | null }> => {
    const header =
      id === undefined ? '' : `<s:Header><a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">${id}</a:MessageID></s:Header>`
    const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">${header}<s:Body><order xmlns="urn:shop"><number>${number}</number></order></s:Body></s:Envelope>`
    const reply = await fetch(`${house.url()}/soap`, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })
    return { text: await reply.text(), replayed: reply.headers.get('idempotency-replayed') }
  }
  const first = await call(1, 'urn:uuid:1')
  assert.match(first.text, /<number>1<\/number>/)
  assert.deepEqual(await call(1, 'urn:uuid:1'), { text: first.text, replayed: 'true' })
  assert.match((await call(2, 'urn:uuid:1')).text, /Fault[\s\S]*came before with another body/)
  assert.match((await call(1)).text, /Fault[\s\S]*the WS-Addressing header MessageID is missing/)
  assert.equal(sink.told.length, 1)
})
