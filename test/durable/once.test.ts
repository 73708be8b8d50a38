import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { startSink } from './sink.ts'

const yaml = (after: string, steps = ''): string => `
connectors:
  sink:
    http: \${SINK}
    retry: 1
    breaker: false
pipelines:
  orders:
    channels:
      - http: { path: /orders, method: POST }
        security: none
    steps:
      - once:
          key: \${{ order }}
        name: place
        steps:
          - call: sink.post
            with:
              path: /orders
              body: \${{ $ }}
${steps.replaceAll(/^(?=.)/gm, '          ')}
          - transform:
              placed: \${{ $input.order }}
              by: \${{ $input.by }}
${after.replaceAll(/^(?=.)/gm, '        ')}
`

const send = (url: string, body: unknown): Promise<Response> =>
  fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

test('steps run once for each key; whoever comes later gets the first result as the body', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('') }, { SINK: sink.url }, { store: 'sqlite' })
  for (const by of ['ada', 'bob']) assert.deepEqual(await (await send(house.url(), { order: 1, by })).json(), { placed: 1, by: 'ada' })
  assert.deepEqual(await (await send(house.url(), { order: 2, by: 'bob' })).json(), { placed: 2, by: 'bob' })
  assert.equal(sink.told.length, 2)
})

test('with as the first result is bound, and the body stays; a name keeps the marks where the step is moved', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('as: result') }, { SINK: sink.url })
  await send(house.url(), { order: 1, by: 'ada' })
  const moved = yaml('as: result').replace('    steps:\n      - once', '    steps:\n      - log: here it comes\n      - once')
  const more = `${moved}      - transform:\n          who: \${{ by }}\n          first: \${{ $result.by }}\n`
  assert.equal((await house.change({ 'pipelines/a.yaml': more })).kind, 'applied')
  assert.deepEqual(await (await send(house.url(), { order: 1, by: 'bob' })).json(), { who: 'bob', first: 'ada' })
  assert.equal(sink.told.length, 1)
})

test('of a hundred messages with one key at the same time one runs the steps, and all have its result', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('') }, { SINK: sink.url }, { store: 'sqlite' })
  const replies = await Promise.all(Array.from({ length: 100 }, (_, by) => send(house.url(), { order: 7, by })))
  const bodies = await Promise.all(replies.map(reply => reply.text()))
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]))
  assert.equal(new Set(bodies).size, 1)
  assert.equal(sink.told.length, 1)
})

test('steps that fail are run by the next one; a key that is nothing is 400', async () => {
  await using sink = await startSink()
  await using house = await openHouse({ 'pipelines/a.yaml': yaml('') }, { SINK: sink.url })
  sink.answers(500)
  assert.equal((await send(house.url(), { order: 1, by: 'ada' })).status, 502)
  assert.deepEqual(await (await send(house.url(), { order: 1, by: 'bob' })).json(), { placed: 1, by: 'bob' })
  assert.equal((await send(house.url(), { by: 'bob' })).status, 400)
  assert.equal(sink.told.length, 2)
})

test('a reply that the steps gave is given again, and what stands behind them is not run', async () => {
  await using sink = await startSink()
  const respond = '- respond:\n    status: 201\n    body: ${{ $input.by }}'
  const text = yaml('', respond).replace(/ {10}- transform:\n.*\n.*\n/, '')
  await using house = await openHouse({ 'pipelines/a.yaml': `${text}      - transform: behind\n` }, { SINK: sink.url })
  for (const by of ['ada', 'bob']) {
    const reply = await send(house.url(), { order: 1, by })
    assert.equal(reply.status, 201)
    assert.equal(await reply.text(), '"ada"')
  }
  assert.equal(sink.told.length, 1)
})
