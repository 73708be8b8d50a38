import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf, type Told } from '../support/source.ts'

type House = Awaited<ReturnType<typeof openHouse>>

/** A pipeline of one channel; every run of it leaves a line `run` in the log. */
const pipeline = (steps: string, redelivery = '{ attempts: 3, delay: 10ms, maxDelay: 20ms }'): Record<string, string> => ({
  'pipelines/a.yaml': `connectors:
  away:
    http: http://127.0.0.1:9
    retry: 1
    breaker: false
  left-alone:
    http: http://127.0.0.1:9
    retry: 1
    breaker: { failures: 1, pause: 300ms, maxPause: 300ms }
pipelines:
  take:
    redelivery: ${redelivery}
    channels:
      - source: orders
    steps:
      - log: { message: run }
${steps.replaceAll(/^/gm, '      ')}
`,
})
const patient = '{ attempts: 3, delay: 60s, maxDelay: 60s }'
const fails = (status: number): string => `- fail: { code: no-good, status: ${status} }`

/** Correlation ids of the runs so far. */
const runs = ({ log }: House): readonly string[] => log.filter(({ event }) => event === 'run').map(({ id }) => String(id))
const letters = ({ log }: House): House['log'] => log.filter(({ event }) => event === 'dead letter')
const textOf = (told: Told): string => ('acknowledged' in told ? Buffer.from(told.acknowledged.body as Uint8Array).toString() : 'refused')

/** Until something is in the log; thirty seconds at most. */
async function until(holds: () => boolean): Promise<void> {
  const late = performance.now() + 30_000
  while (!holds()) {
    assert.ok(performance.now() < late, 'it did not happen')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

test('what fails is run again under the same correlation id, and acknowledged when it works', async () => {
  await using house = await openHouse({
    ...sourceFiles(),
    ...pipeline(`${fails(503)}\n  when: \${{ $meta.attempt < 3 }}\n- transform: \${{ $meta.attempt }}`),
  })
  assert.equal(textOf(await sourceOf('orders').give({})), '3')
  await until(() => runs(house).length === 3)
  assert.equal(new Set(runs(house)).size, 1)
  assert.equal(letters(house).length, 0)
})

const spent: readonly { readonly name: string; readonly steps: string; readonly runs: number; readonly code: string }[] = [
  { name: 'a fail of 500 and above when its attempts are spent', steps: fails(503), runs: 3, code: 'no-good' },
  { name: 'a fail below 500 at once', steps: fails(422), runs: 1, code: 'no-good' },
  { name: 'what can never help at once', steps: '- transform: ${{ $number($string(n)) }}', runs: 1, code: 'EXPRESSION' },
  { name: 'what a called system is away for when its attempts are spent', steps: '- call: away.get', runs: 3, code: 'UNREACHABLE' },
]
for (const { name, steps, runs: wanted, code } of spent)
  test(`to the dead letters goes ${name}, and its source is told that it is done, and why`, async () => {
    await using house = await openHouse({ ...sourceFiles(), ...pipeline(steps) })
    const told = await sourceOf('orders').give({ n: 'x' })
    assert.equal(JSON.parse(textOf(told)).code, code)
    await until(() => letters(house).length > 0)
    assert.equal(runs(house).length, wanted)
    assert.deepEqual(
      letters(house).map(line => [line['level'], line['pipeline'], line['channel'], line['code'], line['attempts'], line['id']]),
      [['warn', 'take', 'source', code, wanted, runs(house)[0]]],
    )
  })

test('a message that an open breaker holds back is run again without losing an attempt', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline('- call: left-alone.get', '{ attempts: 2, delay: 10ms }') })
  const told = await sourceOf('orders').give({})
  assert.equal(JSON.parse(textOf(told)).code, 'UNREACHABLE')
  await until(() => letters(house).length > 0)
  // The breaker opened at the first run, and the second one was its probe.
  assert.equal(letters(house)[0]?.['attempts'], 2)
  assert.ok(house.log.filter(({ error }) => JSON.stringify(error ?? '').includes('BREAKER_OPEN')).length + runs(house).length > 2)
})

test('attempts that the source counted are counted', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline(fails(503)) })
  await sourceOf('orders').give({}, { redelivered: 2, id: 'order-12345' })
  await until(() => letters(house).length > 0)
  assert.deepEqual(
    letters(house).map(({ id, attempts }) => [id, attempts]),
    [['order-12345', 3]],
  )
})

test('a source that gives again itself is told when, and the message is not held', async () => {
  await using house = await openHouse({
    ...sourceFiles({ redelivers: true }),
    ...pipeline(fails(503), '{ attempts: 3, delay: 1h, maxDelay: 1h }'),
  })
  const [first, last] = [await sourceOf('orders').give({}), await sourceOf('orders').give({}, { redelivered: 2 })]
  assert.ok('refused' in first)
  const { delayMs = 0 } = first.refused.detail
  assert.ok(delayMs > 0 && delayMs <= 3_600_000)
  assert.equal(first.refused.retry, 'unsafe')
  assert.equal(JSON.parse(textOf(last)).code, 'no-good')
  await until(() => letters(house).length > 0)
})

test('pauses grow, by full jitter, up to the longest', async () => {
  await using _ = await openHouse({
    ...sourceFiles({ redelivers: true }),
    ...pipeline(fails(503), '{ attempts: 10, delay: 1s, maxDelay: 4s }'),
  })
  const pauses = await Promise.all(
    [0, 1, 2, 3, 8].map(async redelivered => {
      const many = await Promise.all(Array.from({ length: 100 }, () => sourceOf('orders').give({}, { redelivered })))
      return Math.max(...many.map(told => ('refused' in told ? (told.refused.detail.delayMs ?? 0) : 0)))
    }),
  )
  for (const [at, most] of [1_000, 2_000, 4_000, 4_000, 4_000].entries())
    assert.ok((pauses[at] ?? 0) <= most && (pauses[at] ?? 0) > most / 2, `${pauses}`)
})

const endings: readonly { readonly name: string; readonly end: (house: House, cut: AbortController) => unknown }[] = [
  { name: 'the gateway stops', end: ({ gateway }) => gateway.stop(5_000) },
  {
    name: 'its channel is taken away',
    end: house => house.change({ 'pipelines/a.yaml': 'pipelines:\n  other:\n    steps:\n      - delay: 1ms\n' }),
  },
  { name: 'its source gives up', end: (_, cut) => cut.abort() },
]
for (const { name, end } of endings)
  test(`a message that waits to be run again is handed back at once when ${name}`, async () => {
    await using house = await openHouse({ ...sourceFiles(), ...pipeline(fails(503), patient) })
    const cut = new AbortController()
    const told = sourceOf('orders').give({}, {}, cut)
    await until(() => runs(house).length === 1)
    const started = performance.now()
    await end(house, cut)
    const { refused } = (await told) as Extract<Told, { refused: unknown }>
    assert.equal(refused.code, 'CANCELLED')
    assert.equal(refused.detail.delayMs, undefined)
    assert.ok(performance.now() - started < 30_000)
  })

test('a message that waits is run again by the revision of that moment', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline(fails(503), '{ attempts: 1000, delay: 50ms, maxDelay: 50ms }') })
  const told = sourceOf('orders').give({})
  await until(() => runs(house).length > 0)
  assert.equal((await house.change(pipeline('- transform: mended'))).kind, 'applied')
  assert.equal(textOf(await told), '"mended"')
})

test('a message that cannot be put with the dead letters is not acknowledged, and goes there when it can', async () => {
  const full = { count: 0, bytes: 1_000, keepMs: 1_000_000 }
  await using house = await openHouse({ ...sourceFiles({ redelivers: true }), ...pipeline(fails(422)) }, {}, { deadLetters: full })
  const told = await sourceOf('orders').give({})
  assert.ok('refused' in told)
  assert.equal(told.refused.code, 'STORE')
  assert.equal(told.refused.retry, 'safe')
  assert.ok((told.refused.detail.delayMs ?? 0) > 0)
  assert.equal(letters(house).length, 0)
})
