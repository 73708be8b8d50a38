import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { type Sample, scrape } from '../support/scrape.ts'

const yaml = `connectors:
  rates:
    cache: "memory:"
  away:
    http: http://127.0.0.1:1
pipelines:
  rate:
    channels:
      - http: /rate
        security: none
    steps:
      - call: rates.set
        with:
          key: a
          value: b
      - call: rates.get
        with:
          key: a
  refused:
    channels:
      - http: /refused
        security: none
    steps:
      - fail:
          code: too-late
          status: 410
  away:
    channels:
      - http: /away
        security: none
        name: outside
    steps:
      - call: away.get
        with:
          path: /
`

test('a scrape says what came in, what was called, and how the gateway is', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': yaml })
  const ask = async (path: string, times: number): Promise<void> => {
    for (let at = 0; at < times; at++) await (await fetch(house.url() + path)).arrayBuffer()
  }
  await ask('/rate', 20)
  await ask('/refused', 3)
  await ask('/away', 1)
  await ask('/nowhere', 4)
  await house.change({ 'pipelines/b.yaml': 'pipelnes: {}\n' })
  await house.change({ 'pipelines/b.yaml': undefined })

  const reply = await fetch(`http://127.0.0.1:${house.gateway.admin?.address.port}/metrics`)
  assert.equal(reply.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const samples = scrape(await reply.text())
  assert.deepEqual(valued(samples, 'sluice_messages_total'), {
    'rate/http/ok': 20,
    'refused/http/too-late': 3,
    'away/outside/UNREACHABLE': 1,
  })
  assert.deepEqual(valued(samples, 'sluice_message_duration_seconds_count'), { rate: 20, refused: 3, away: 1 })
  assert.deepEqual(valued(samples, 'sluice_unrouted_requests_total'), { 404: 4 })
  assert.deepEqual(valued(samples, 'sluice_calls_total'), { 'rates/set/ok': 20, 'rates/get/ok': 20, 'away/get/UNREACHABLE': 1 })
  assert.deepEqual(valued(samples, 'sluice_call_duration_seconds_count'), { 'rates/set': 20, 'rates/get': 20, 'away/get': 1 })
  assert.deepEqual(valued(samples, 'sluice_configuration_outcomes_total'), { applied: 1, refused: 1, unchanged: 1 })
  assert.deepEqual(valued(samples, 'sluice_component_state'), { 'connector/away/degraded': 1, 'connector/rates/ready': 1 })
  const single = (name: string): number => valued(samples, name)[''] ?? Number.NaN
  assert.deepEqual(['sluice_messages_in_flight', 'sluice_ready', 'sluice_revision', 'sluice_degraded'].map(single), [0, 1, 1, 0])
  assert.ok(single('process_resident_memory_bytes') > 10_000_000)
  assert.ok(single('process_cpu_seconds_total') > 0)
  const late = valued(samples, 'nodejs_eventloop_delay_seconds')
  assert.deepEqual(Object.keys(late).sort(), ['0.5', '0.99', '1'])
  assert.ok(Object.values(late).every(seconds => seconds >= 0 && seconds < 60))
})

const steps = `connectors:
  rates:
    cache: "memory:"
  away:
    http: http://127.0.0.1:1
pipelines:
  order:
    channels:
      - http: /order/{rush}
        security: none
    steps:
      - set:
          rush: \${{ $params.rush = "yes" }}
      - call: rates.get
        with:
          key: a
        name: look
      - call: rates.get
        with:
          key: b
        name: only-in-a-rush
        when: \${{ $rush }}
      - call: away.get
        with:
          path: /
        name: caught
        catch:
          - steps:
              - transform: nothing
      - each: [1, 2, 3]
        name: lines
        steps:
          - call: rates.get
            with:
              key: \${{ $string($item) }}
            name: line
      - fail:
          code: too-late
        when: \${{ $rush }}
  asks:
    channels:
      - http: /asks
        security: none
    steps:
      - invoke: order-of-nobody
        name: ask
  order-of-nobody:
    steps:
      - fail:
          code: nobody
          status: 422
`

test('a scrape says of every step that may wait how often it ran, how it ended and how long it took', async () => {
  await using house = await openHouse({ 'pipelines/a.yaml': steps })
  for (const path of ['/order/no', '/order/no', '/order/yes', '/asks']) await (await fetch(house.url() + path)).arrayBuffer()
  const reply = await fetch(`http://127.0.0.1:${house.gateway.admin?.address.port}/metrics`)
  const samples = scrape(await reply.text())
  assert.deepEqual(valued(samples, 'sluice_steps_total'), {
    'order/look/ok': 3,
    'order/only-in-a-rush/ok': 1,
    'order/caught/ok': 3,
    'order/lines/ok': 3,
    'order/line/ok': 9,
    'asks/ask/nobody': 1,
  })
  const counts = valued(samples, 'sluice_step_duration_seconds_count')
  assert.deepEqual(counts, {
    'order/look': 3,
    'order/only-in-a-rush': 1,
    'order/caught': 3,
    'order/lines': 3,
    'order/line': 9,
    'asks/ask': 1,
  })
})

test('however many steps there are, they take no room of what else is counted', async () => {
  const many = Array.from(
    { length: 300 },
    (_, at) => `      - call: rates.get\n        with:\n          key: k\n        name: s${at}\n`,
  ).join('')
  const made = (name: string, lines: string): string =>
    `  ${name}:\n    channels:\n      - http: /${name}\n        security: none\n    steps:\n${lines}`
  const few = Array.from({ length: 20 }, (_, at) => made(`p${at}`, '      - transform: a\n')).join('')
  await using house = await openHouse({
    'pipelines/a.yaml': `connectors:\n  rates:\n    cache: "memory:"\npipelines:\n${made('many', many)}${few}`,
  })
  for (const name of ['many', ...Array.from({ length: 20 }, (_, at) => `p${at}`)])
    await (await fetch(`${house.url()}/${name}`)).arrayBuffer()
  const reply = await fetch(`http://127.0.0.1:${house.gateway.admin?.address.port}/metrics`)
  const samples = scrape(await reply.text())
  assert.equal(Object.keys(valued(samples, 'sluice_messages_total')).length, 21)
  const counted = Object.values(valued(samples, 'sluice_steps_total')).reduce((sum, count) => sum + count, 0)
  assert.equal(counted, 300)
  assert.ok((valued(samples, 'sluice_steps_total')['other/other/other'] ?? 0) > 100)
  assert.ok(samples.filter(({ name }) => name.startsWith('sluice_step')).length <= 2_000)
})

/** By the values of the labels, joined by a slash. */
const valued = (samples: readonly Sample[], name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(samples.filter(one => one.name === name).map(({ labels, value }) => [Object.values(labels).join('/'), value]))
