import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { openHouse } from '../support/house.ts'
import { startHttp } from '../support/http-server.ts'
import { startSink } from './sink.ts'

const connectors = `
connectors:
  sink:
    http: \${SINK}
    retry: 1
`

const pipeline = (words: string): string => `${connectors}
pipelines:
  orders:
${words.replaceAll(/^(?=.)/gm, '    ')}
    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    steps:
      - call: sink.post
        with:
          path: /orders
          body: \${{ $ }}
`

const send = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

/** Bodies at the sink, one by one; each is answered when the test says so. */
async function startGated(): Promise<{
  readonly url: string
  readonly begun: unknown[]
  next(): Promise<void>
  answer(): void
  [Symbol.asyncDispose](): Promise<void>
}> {
  const begun: unknown[] = []
  const open: (() => void)[] = []
  const server = await startHttp(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    begun.push(JSON.parse(text))
    open.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
    for (const look of waiting.splice(0)) look()
  })
  const waiting: (() => void)[] = []
  let seen = 0
  return {
    url: server.url,
    begun,
    async next() {
      seen++
      while (begun.length < seen) await new Promise<void>(resolve => waiting.push(resolve))
    },
    answer: () => open.shift()?.(),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
    },
  }
}

test('with order strict a message begins when the one before has ended', async () => {
  await using sink = await startGated()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('order: strict') }, { SINK: sink.url })
  for (const number of [1, 2, 3]) assert.equal((await send(`${house.url()}/orders`, { number })).status, 202)
  for (const number of [1, 2, 3]) {
    await sink.next()
    assert.deepEqual(sink.begun.at(-1), { number })
    assert.equal(sink.begun.length, number)
    sink.answer()
  }
})

test('with a key as order, messages of one key run one after the other, beside those of another', async () => {
  await using sink = await startGated()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('order: ${{ customer }}') }, { SINK: sink.url })
  for (const order of ['ada 1', 'ada 2', 'bob 1', 'ada 3']) {
    const [customer, number] = order.split(' ')
    await send(`${house.url()}/orders`, { customer, number })
  }
  await sink.next()
  await sink.next()
  assert.deepEqual(sink.begun, [
    { customer: 'ada', number: '1' },
    { customer: 'bob', number: '1' },
  ])
  sink.answer()
  await sink.next()
  assert.deepEqual(sink.begun[2], { customer: 'ada', number: '2' })
  sink.answer()
  sink.answer()
  await sink.next()
  assert.deepEqual(sink.begun[3], { customer: 'ada', number: '3' })
  sink.answer()
})

test('a message that waits to be run again keeps those behind it in its lane', async () => {
  await using sink = await startSink()
  const words = 'order: strict\nredelivery: { attempts: 3, delay: 20ms }'
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline(words) }, { SINK: sink.url })
  sink.answers(503, 503)
  for (const number of [1, 2]) await send(`${house.url()}/orders`, { number })
  await sink.heard(4)
  assert.deepEqual(
    sink.told.map(({ body }) => (body as { number: number }).number),
    [1, 1, 1, 2],
  )
})

test('no more messages run at once than the pipeline says, and callers are answered all the same', async () => {
  await using sink = await startGated()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('concurrency: 2') }, { SINK: sink.url })
  for (const number of [1, 2, 3, 4]) assert.equal((await send(`${house.url()}/orders`, { number })).status, 202)
  await sink.next()
  await sink.next()
  assert.equal(sink.begun.length, 2)
  sink.answer()
  await sink.next()
  assert.equal(sink.begun.length, 3)
  for (const _ of [1, 2]) sink.answer()
  await sink.next()
  sink.answer()
})

test('a queue that is full refuses with 503 and Retry-After, and takes messages again when there is room', async () => {
  await using sink = await startGated()
  const words = 'concurrency: 1\nqueue: { maxMessages: 2 }'
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline(words) }, { SINK: sink.url })
  const url = `${house.url()}/orders`
  assert.equal((await send(url, { number: 1 })).status, 202)
  assert.equal((await send(url, { number: 2 })).status, 202)
  const refused = await send(url, { number: 3 })
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '5')
  assert.equal(((await refused.json()) as { code: string }).code, 'OVERLOADED')
  await sink.next()
  sink.answer()
  await sink.next()
  assert.equal((await send(url, { number: 3 })).status, 202)
  sink.answer()
  await sink.next()
  sink.answer()
})

test('a message that is larger than the queue may be is refused', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('queue: { maxBytes: 2kB }') }, { SINK: sink.url })
  assert.equal((await send(`${house.url()}/orders`, { text: 'x'.repeat(3000) })).status, 503)
  assert.equal((await send(`${house.url()}/orders`, { text: 'x' })).status, 202)
})

test('invoke with async: true gives a receipt once the message is kept, and the other pipeline runs it under the same id', async () => {
  await using sink = await startSink()
  const yaml = `${connectors}
pipelines:
  entry:
    channels:
      - http: { path: /entry, method: POST }
        security: none
    steps:
      - invoke: orders
        async: true
        with:
          number: \${{ n }}
        as: receipt
      - transform: \${{ $receipt }}
  orders:
    input:
      type: object
      properties:
        number: { type: integer }
    steps:
      - call: sink.post
        with:
          path: /orders
          headers:
            x-id: \${{ $meta.id }}
          body:
            number: \${{ number }}
            pipeline: \${{ $meta.pipeline }}
            path: \${{ $meta.path }}
`
  await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
  const headers = { 'x-correlation-id': 'partner-4711', 'content-type': 'application/json' }
  const reply = await fetch(`${house.url()}/entry`, { method: 'POST', body: '{"n":"7"}', headers })
  const receipt = (await reply.json()) as { readonly id: string; readonly state: string; readonly at: string }
  assert.equal(receipt.state, 'queued')
  assert.match(receipt.id, /^partner-4711\./)
  await sink.heard(1)
  assert.deepEqual(sink.told, [{ path: '/orders', id: 'partner-4711', body: { number: 7, pipeline: 'orders', path: '/entry' } }])

  const wrong = await fetch(`${house.url()}/entry`, { method: 'POST', body: '{"n":"seven"}', headers })
  assert.equal(wrong.status, 400)
})

test('a message whose pipeline is gone stays, and runs when it is back, by the revision of that moment', async () => {
  await using sink = await startSink()
  const orders = pipeline('concurrency: 1')
  const other = 'pipelines:\n  other:\n    steps:\n      - transform: x\n'
  await using house = await openHouse({ 'pipelines/a.yaml': orders }, { SINK: sink.url })
  const { runtime } = house.gateway
  await runtime.queues.pause('orders')
  await send(`${house.url()}/orders`, { number: 1 })
  assert.equal((await house.change({ 'pipelines/a.yaml': other })).kind, 'applied')
  await runtime.queues.resume('orders')
  const [row] = await runtime.queues.list()
  assert.deepEqual([row?.pipeline, row?.messages, row?.parked], ['orders', 1, true])
  assert.equal((await runtime.queues.messages('orders', undefined, 10)).messages[0]?.state, 'parked')
  await house.change({ 'pipelines/a.yaml': orders.replace('path: /orders\n          body', 'path: /changed\n          body') })
  await sink.heard(1)
  assert.deepEqual(sink.told[0], { path: '/changed', id: undefined, body: { number: 1 } })
})

test('a paused queue keeps what comes; resumed, it runs it', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('concurrency: 1') }, { SINK: sink.url })
  const { queues } = house.gateway.runtime
  await queues.pause('orders')
  for (const number of [1, 2]) await send(`${house.url()}/orders`, { number })
  const [row] = await queues.list()
  assert.deepEqual([row?.messages, typeof row?.paused, row?.running], [2, 'number', 0])
  assert.deepEqual(
    (await queues.messages('orders', undefined, 10)).messages.map(({ state }) => state),
    ['paused', 'paused'],
  )
  assert.equal(sink.told.length, 0)
  await queues.resume('orders')
  await sink.heard(2)
  await assert.rejects(queues.pause('nobody'), { code: 'NOT_FOUND' })
})

test('what is purged does not run, and its state is dropped', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('concurrency: 1') }, { SINK: sink.url })
  const { queues } = house.gateway.runtime
  await queues.pause('orders')
  const reply = await send(`${house.url()}/orders`, { number: 1 })
  await send(`${house.url()}/orders`, { number: 2 })
  assert.deepEqual(await queues.purge('orders'), { purged: 2, left: 0 })
  const location = house.url() + reply.headers.get('location')
  assert.equal(((await (await fetch(location)).json()) as { state: string }).state, 'dropped')
  await queues.resume('orders')
  await send(`${house.url()}/orders`, { number: 3 })
  await sink.heard(1)
  assert.deepEqual(
    sink.told.map(({ body }) => body),
    [{ number: 3 }],
  )
})

test('a message that waited longer than maxAge is a dead letter and not run', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('queue: { maxAge: 1ms }') }, { SINK: sink.url })
  const { queues } = house.gateway.runtime
  await queues.pause('orders')
  const reply = await send(`${house.url()}/orders`, { number: 1 })
  const until = Date.now() + 2
  while (Date.now() < until) await new Promise(setImmediate)
  await queues.resume('orders')
  const location = house.url() + reply.headers.get('location')
  let state = 'queued'
  const deadline = performance.now() + 30_000
  while (state !== 'failed' && performance.now() < deadline) state = ((await (await fetch(location)).json()) as { state: string }).state
  assert.equal(state, 'failed')
  assert.equal(sink.told.length, 0)
})

test('what is older than maxAge is a dead letter also while its queue is paused, and while one before it in its lane is run again', async () => {
  const words = 'order: ${{ customer }}\nredelivery: { attempts: 100, delay: 1h, maxDelay: 1h }\nqueue: { maxAge: 3s }'
  const dead = `    deadLetter:
      - call: sink.post
        with:
          path: /dead
          body:
            message: \${{ $ }}
            code: \${{ $error.code }}
`
  for (const steps of ['', dead]) {
    await using sink = await startSink()
    sink.answers(503)
    const yaml = pipeline(words).replace('    channels:', `${steps}    channels:`)
    await using house = await openHouse({ 'pipelines/a.yaml': yaml }, { SINK: sink.url })
    const { queues, deadLetters } = house.gateway.runtime
    const replies = [await send(`${house.url()}/orders`, { customer: 'ada', number: 1 })]
    await sink.heard(1)
    await queues.pause('orders')
    replies.push(await send(`${house.url()}/orders`, { customer: 'ada', number: 2 }))
    await eventually(async () => {
      for (const reply of replies) {
        const state = await fetch(house.url() + reply.headers.get('location'))
        assert.equal(((await state.json()) as { readonly state: string }).state, 'failed')
      }
    }, 60_000)
    assert.deepEqual((await queues.messages('orders', undefined, 10)).messages, [])
    const letters = await deadLetters.page({}, undefined)
    assert.deepEqual(
      letters.map(({ code, attempts }) => ({ code, attempts })).sort((a, b) => a.attempts - b.attempts),
      steps === ''
        ? [
            { code: 'DEADLINE', attempts: 0 },
            { code: 'DEADLINE', attempts: 1 },
          ]
        : [],
    )
    assert.deepEqual(
      sink.told.slice(1).map(({ body }) => body),
      steps === '' ? [] : [1, 2].map(number => ({ message: { customer: 'ada', number }, code: 'DEADLINE' })),
    )
    if (steps === '') {
      await queues.resume('orders')
      assert.deepEqual(await deadLetters.replay({}), { replayed: 2 })
      // Its age counts from then.
      await sink.heard(3)
    }
  }
})

test('with guarantee at-most-once and order a message begins when the one before has ended', async () => {
  await using sink = await startGated()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('guarantee: at-most-once\norder: strict') }, { SINK: sink.url })
  const { queues } = house.gateway.runtime
  const numbers = [1, 2, 3]
  for (const number of numbers) assert.equal((await send(`${house.url()}/orders`, { number })).status, 202)
  for (const number of numbers) {
    await sink.next()
    // Another look at the queue, as by another message.
    await queues.resume('orders')
    await queues.messages('orders', undefined, 10)
    assert.deepEqual(
      sink.begun,
      numbers.slice(0, number).map(one => ({ number: one })),
    )
    sink.answer()
  }
})

test('with guarantee at-most-once a message that failed is not run again', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': pipeline('guarantee: at-most-once') }, { SINK: sink.url })
  sink.answers(503)
  const reply = await send(`${house.url()}/orders`, { number: 1 })
  await send(`${house.url()}/orders`, { number: 2 })
  await sink.heard(2)
  assert.deepEqual(
    sink.told.map(({ body }) => body),
    [{ number: 1 }, { number: 2 }],
  )
  assert.equal(((await (await fetch(house.url() + reply.headers.get('location'))).json()) as { state: string }).state, 'done')
})
