import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { openHouse } from '../support/house.ts'
import { startSink } from './sink.ts'

const yaml = (limits: string, beside = ''): string => `
connectors:
  sink:
    http: \${SINK}
    retry: 1
    breaker: false
pipelines:
  gather:
    redelivery: { attempts: 2, delay: 10ms }
    channels:
      - http: { path: /entries, method: POST }
        security: none
        async: true
${beside.replaceAll(/^(?=.)/gm, '    ')}
    steps:
      - transform:
          number: \${{ number }}
          account: \${{ account }}
      - aggregate:
          key: \${{ account }}
${limits.replaceAll(/^(?=.)/gm, '          ')}
        steps:
          - call: sink.post
            with:
              path: /\${{ $key }}
              body: \${{ $.number }}
`

const send = async (url: string, account: string, number: number): Promise<void> => {
  const body = JSON.stringify({ account, number })
  const reply = await fetch(`${url}/entries`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  assert.equal(reply.status, 202)
}

test('a full batch of each key runs as one message, its members in their order', async () => {
  await using sink = await startSink()
  await using house = await openHouse(
    { 'pipelines/a.yaml': yaml('count: 3\nwithin: 1h', 'order: strict') },
    { SINK: sink.url },
    { store: 'sqlite' },
  )
  for (const number of [1, 2, 3]) for (const account of ['ada', 'bob']) await send(house.url(), account, number)
  await sink.heard(2)
  assert.deepEqual(sink.told.map(({ path, body }) => `${path} ${JSON.stringify(body)}`).sort(), ['/ada [1,2,3]', '/bob [1,2,3]'])
})

test('of many messages that come at once each is in one batch', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('count: 10\nwithin: 1h') }, { SINK: sink.url }, { store: 'sqlite' })
  await Promise.all(Array.from({ length: 100 }, (_, number) => send(house.url(), 'ada', number)))
  await sink.heard(10)
  const numbers = sink.told.flatMap(({ body }) => body as number[])
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, number) => number),
  )
})

test('a batch that is not full runs when it is due, and one of many bytes at once', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('within: 300ms') }, { SINK: sink.url })
  for (const number of [1, 2]) await send(house.url(), 'ada', number)
  await sink.heard(1)
  assert.deepEqual(sink.told[0]?.body, [1, 2])
  await house.change({ 'pipelines/a.yaml': yaml('size: 10B\nwithin: 1h') })
  await send(house.url(), 'ada', 3)
  await sink.heard(2)
  // A list of one is what it holds.
  assert.deepEqual(sink.told[1]?.body, 3)
})

test('a batch that fails is repeated whole; given up, its dead letter has the list, and is replayed', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('count: 2\nwithin: 1h') }, { SINK: sink.url })
  sink.answers(503, 503)
  for (const number of [1, 2]) await send(house.url(), 'ada', number)
  await sink.heard(2)
  const { deadLetters } = house.gateway.runtime
  await eventually(async () => assert.equal((await deadLetters.groups({})).length, 1))
  await deadLetters.replay({ pipeline: 'gather' })
  await sink.heard(3)
  assert.deepEqual(
    sink.told.map(({ body }) => (body as number[]).length),
    [2, 2, 2],
  )
})

test('a batch of a pipeline that is gone waits until it is there again', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('within: 1h') }, { SINK: sink.url })
  await send(house.url(), 'ada', 1)
  await eventually(() => assert.ok(house.log.some(({ pipeline, channel }) => pipeline === 'gather' && channel === 'queue')))
  await house.change({ 'pipelines/a.yaml': 'pipelines:\n  other:\n    steps: []\n' })
  await house.change({ 'pipelines/a.yaml': yaml('count: 2\nwithin: 1h') })
  await send(house.url(), 'ada', 2)
  await sink.heard(1)
  assert.deepEqual(sink.told[0]?.body, [1, 2])
})
