import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { startSink } from './sink.ts'

const connectors = `
connectors:
  sink:
    http: \${SINK}
    retry: 1
`

const orders = `${connectors}
pipelines:
  orders:
    input:
      type: object
      required: [number]
      properties:
        number: { type: integer }
    redelivery: { attempts: 2, delay: 10ms }
    channels:
      - http: { path: "/orders/{customer}", method: POST }
        security: none
        async: true
    steps:
      - call: sink.post
        with:
          path: /orders
          headers:
            x-id: \${{ $meta.id }}
          body:
            number: \${{ number }}
            customer: \${{ customer }}
            channel: \${{ $meta.channel }}
            attempt: \${{ $meta.attempt }}
`

const send = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })

/** Asks until the state is another one than those that it passes through. */
async function stateOf(url: string): Promise<string> {
  const until = performance.now() + 30_000
  for (;;) {
    const { state } = (await (await fetch(url)).json()) as { readonly state: string }
    if ((state !== 'queued' && state !== 'running') || performance.now() > until) return state
  }
}

test('an async channel answers 202 with id, state and Location; the message runs, and then its state is done', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': orders }, { SINK: sink.url })
  const reply = await send(`${house.url()}/orders/a%20b`, { number: '7' }, { 'x-correlation-id': 'partner-4711' })
  const receipt = (await reply.json()) as { readonly id: string; readonly state: string; readonly at: string }

  assert.equal(reply.status, 202)
  assert.equal(receipt.state, 'queued')
  assert.match(receipt.id, /^partner-4711\./)
  assert.ok(Math.abs(Date.now() - Date.parse(receipt.at)) < 60_000)
  const location = reply.headers.get('location') ?? ''
  assert.equal(location, `/orders/a%20b/queued/${receipt.id}`)

  await sink.heard(1)
  assert.deepEqual(sink.told, [{ path: '/orders', id: 'partner-4711', body: { number: 7, customer: 'a b', channel: 'queue', attempt: 1 } }])
  assert.equal(await stateOf(house.url() + location), 'done')
  const told = await (await fetch(house.url() + location)).json()
  assert.deepEqual(told, { id: receipt.id, state: 'done', at: receipt.at })
})

test('what violates the input is refused before it is queued', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': orders }, { SINK: sink.url })
  const url = `${house.url()}/orders/ada`
  assert.equal((await send(url, { number: 'seven' })).status, 400)
  assert.equal((await fetch(url, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).status, 400)
  assert.equal((await send(url, { number: 1 })).status, 202)
  await sink.heard(1)
  assert.equal(sink.told.length, 1)
})

test('a run that fails is repeated, then the message is a dead letter and its state failed', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': orders }, { SINK: sink.url })
  sink.answers(503, 503)
  const reply = await send(`${house.url()}/orders/ada`, { number: 1 })
  await sink.heard(2)
  assert.deepEqual(
    sink.told.map(({ body }) => (body as { attempt: number }).attempt),
    [1, 2],
  )
  assert.equal(await stateOf(house.url() + reply.headers.get('location')), 'failed')
})

test('an id that no message has is 404', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': orders }, { SINK: sink.url })
  const reply = await send(`${house.url()}/orders/ada`, { number: 1 })
  const { id } = (await reply.json()) as { readonly id: string }
  for (const wrong of ['x', id.slice(0, -1), `${id.slice(0, -1)}${id.endsWith('_') ? '-' : '_'}`, `x${id}`, 'x'.repeat(300)])
    assert.equal((await fetch(`${house.url()}/orders/ada/queued/${wrong}`)).status, 404, wrong)
})
