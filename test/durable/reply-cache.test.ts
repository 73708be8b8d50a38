import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scratch } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { startHttp } from '../support/http-server.ts'
import { startSink } from './sink.ts'

const pipeline = (cache: string, more = '', steps = ''): string => `
connectors:
  sink:
    http: \${SINK}
    retry: 1
    breaker: false
pipelines:
  price:
    input:
      type: object
      properties:
        item: { type: string }
        fail: { type: integer }
    cache:
${cache.replaceAll(/^(?=.)/gm, '      ')}
    channels:
      - http: { path: /json, method: POST }
        format: json
        security: none
      - http: { path: /xml, method: POST }
        format: xml
        security: none
    steps:
      - call: sink.post
        with:
          path: /price
          body: \${{ $ }}
${steps.replaceAll(/^(?=.)/gm, '      ')}
    reply:
      status: 203
      headers:
        x-item: \${{ $input.item }}
      body:
        item: \${{ $input.item }}
        at: \${{ $string($millis()) }}
${more}`

const ask = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })

for (const store of ['memory:', 'durable:'])
  test(`a reply kept in ${store} is given again by any channel: status, headers, body, and its age`, async () => {
    await using sink = await startSink()
    const yaml = pipeline(`key: \${{ item }}\nttl: 1h\nstore: "${store}"`)
    await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
    const first = await ask(`${house.url()}/json`, { item: 'tea' })
    assert.equal(first.status, 203)
    assert.equal(first.headers.get('age'), null)
    const { item, at } = (await first.json()) as { readonly item: string; readonly at: string }
    const again = await ask(`${house.url()}/json`, { item: 'tea', fail: 1 })
    assert.equal(again.status, 203)
    assert.match(again.headers.get('age') ?? '', /^\d+$/)
    assert.equal(again.headers.get('x-item'), 'tea')
    assert.deepEqual(await again.json(), { item, at })
    const xml = await fetch(`${house.url()}/xml`, {
      method: 'POST',
      body: '<x><item>tea</item></x>',
      headers: { 'content-type': 'application/xml' },
    })
    assert.match(await xml.text(), new RegExp(`<item>tea</item><at>${at}</at>`))
    await ask(`${house.url()}/json`, { item: 'milk' })
    assert.equal(sink.told.length, 2)
  })

test('those who ask at the same time get one reply of one run', async () => {
  const open = Promise.withResolvers<void>()
  let runs = 0
  await using server = await startHttp(async (_request, response) => {
    runs++
    await open.promise
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const yaml = pipeline('ttl: 1h')
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: server.url })
  const asked = Array.from({ length: 50 }, () => ask(`${house.url()}/json`, { item: 'tea' }))
  while (house.gateway.runtime.status().inFlight < 50) await new Promise(setImmediate)
  open.resolve()
  const bodies = await Promise.all((await Promise.all(asked)).map(reply => reply.text()))
  assert.equal(new Set(bodies).size, 1)
  assert.equal(runs, 1)
})

test('a failure is told to all who waited for that run, and not kept', async () => {
  const open = Promise.withResolvers<void>()
  let runs = 0
  await using server = await startHttp(async (_request, response) => {
    runs++
    await open.promise
    response.writeHead(runs === 1 ? 500 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('ttl: 1h') }, { SINK: server.url })
  const asked = Array.from({ length: 5 }, () => ask(`${house.url()}/json`, { item: 'tea' }))
  while (house.gateway.runtime.status().inFlight < 5) await new Promise(setImmediate)
  open.resolve()
  assert.deepEqual(
    (await Promise.all(asked)).map(({ status }) => status),
    [502, 502, 502, 502, 502],
  )
  assert.equal((await ask(`${house.url()}/json`, { item: 'tea' })).status, 203)
  assert.equal(runs, 2)
})

test('who waits for the run of one that gives up runs it itself', async () => {
  const begun = Promise.withResolvers<void>()
  let runs = 0
  await using server = await startHttp((_request, response) => {
    runs++
    if (runs > 1) response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    begun.resolve()
  })
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('ttl: 1h') }, { SINK: server.url })
  const gone = new AbortController()
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ item: 'tea' })
  const first = fetch(`${house.url()}/json`, { method: 'POST', body, headers, signal: gone.signal }).catch(() => 'gone')
  await begun.promise
  const second = ask(`${house.url()}/json`, { item: 'tea' })
  while (house.gateway.runtime.status().inFlight < 2) await new Promise(setImmediate)
  gone.abort()
  assert.equal(await first, 'gone')
  assert.equal((await second).status, 203)
})

test('a reply of 400 and above, and what fails, are not kept', async () => {
  await using sink = await startSink()
  const steps = `- when: \${{ $input.fail = 404 }}
  fail: { code: no-such-item, status: 404 }
- when: \${{ $input.fail = 410 }}
  respond: { status: 410 }
`
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('ttl: 1h', '', steps) }, { SINK: sink.url })
  for (const fail of [404, 410, 404, 410]) assert.equal((await ask(`${house.url()}/json`, { fail })).status, fail)
  assert.equal(sink.told.length, 4)
})

test('a reply is given again as long as ttl says; a message whose key is nothing runs', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('key: ${{ item }}\nttl: 1ms') }, { SINK: sink.url })
  const until = performance.now() + 10_000
  await ask(`${house.url()}/json`, { item: 'tea' })
  while ((await ask(`${house.url()}/json`, { item: 'tea' })).headers.get('age') !== null) assert.ok(performance.now() < until)
  const before = sink.told.length
  for (let time = 0; time < 2; time++) assert.equal((await ask(`${house.url()}/json`, {})).headers.get('age'), null)
  assert.equal(sink.told.length, before + 2)
})

test('without a key callers do not get each other’s replies', async () => {
  await using sink = await startSink()
  const security = '\nsecurity:\n  staff:\n    basic:\n      users: { ada: one, bob: two }\n'
  const yaml = pipeline('ttl: 1h', security).replaceAll('security: none', 'security: staff')
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  for (const who of ['ada:one', 'bob:two', 'ada:one']) {
    const authorization = `Basic ${Buffer.from(who).toString('base64')}`
    assert.equal((await ask(`${house.url()}/json`, { item: 'tea' }, { authorization })).status, 203)
  }
  assert.equal(sink.told.length, 2)
})

const invoking = `
  entry:
    channels:
      - http: { path: /entry, method: POST }
        security: none
    steps:
      - invoke: price
        with:
          item: \${{ item }}
      - invoke: price
        with:
          item: \${{ item }}
        async: true
`

test('another pipeline that invokes it gets the reply that is kept; what is put on its queue runs', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('key: ${{ item }}\nttl: 1h', invoking) }, { SINK: sink.url })
  await ask(`${house.url()}/json`, { item: 'tea' })
  assert.equal((await ask(`${house.url()}/entry`, { item: 'tea' })).status, 200)
  await sink.heard(2)
  assert.equal((await ask(`${house.url()}/json`, { item: 'tea' })).headers.get('age') !== null, true)
  assert.equal(sink.told.length, 2)
})

test('a change elsewhere keeps what is kept, a change of the pipeline does not', async () => {
  for (const store of ['memory:', 'durable:']) {
    await using sink = await startSink()
    const yaml = pipeline(`key: \${{ item }}\nttl: 1h\nstore: "${store}"`)
    await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
    await ask(`${house.url()}/json`, { item: 'tea' })
    await house.change({ 'pipelines/b.yaml': 'pipelines:\n  other:\n    steps:\n      - transform: x\n' })
    assert.notEqual((await ask(`${house.url()}/json`, { item: 'tea' })).headers.get('age'), null)
    await house.change({ 'pipelines/a.yaml': yaml.replace('status: 203', 'status: 200') })
    assert.equal((await ask(`${house.url()}/json`, { item: 'tea' })).status, 200)
    assert.equal(sink.told.length, 2)
  }
})

test('a reply in the store is there after a restart of the gateway', async () => {
  await using sink = await startSink()
  const yaml = pipeline('key: ${{ item }}\nttl: 1h\nstore: "durable:"')
  const { folder: data, remove } = await scratch()
  const texts: string[] = []
  for (let time = 0; time < 2; time++) {
    await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url }, { store: 'sqlite', data })
    texts.push(await (await ask(`${house.url()}/json`, { item: 'tea' })).text())
  }
  await remove()
  assert.equal(texts[0], texts[1])
  assert.equal(sink.told.length, 1)
})
