import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

const files = (order: string, steps: string): Record<string, string> => ({
  ...sourceFiles(),
  'pipelines/a.yaml': `pipelines:
  take:
    input:
      type: object
      properties:
        number: { type: integer }
    redelivery: { attempts: 3, delay: 10ms }
    order: ${order}
    channels:
      - source: orders
    steps:
      - log:
          message: begun
          fields:
            number: \${{ number }}
${steps.replaceAll(/^/gm, '      ')}
      - log:
          message: ended
          fields:
            number: \${{ number }}
`,
})

const pause = '- delay: 50ms'

/** What happened, in its order: `begun 1`, `ended 1`. */
const course = ({ log }: Pick<Awaited<ReturnType<typeof openHouse>>, 'log'>): readonly string[] =>
  log.filter(({ event }) => event === 'begun' || event === 'ended').map(({ event, number }) => `${event} ${number}`)

test('with order strict a consuming channel runs its messages one after the other, as they came', async () => {
  await using house = await openHouse(files('strict', pause))
  const source = sourceOf('orders')
  await Promise.all([1, 2, 3].map(number => source.give({ number })))
  await eventually(() => assert.deepEqual(course(house), ['begun 1', 'ended 1', 'begun 2', 'ended 2', 'begun 3', 'ended 3']))
})

test('with a key as order, a consuming channel runs messages of one key one after the other, beside those of another', async () => {
  await using house = await openHouse(files('${{ customer }}', pause))
  const source = sourceOf('orders')
  const orders = ['ada', 'ada', 'bob'].map((customer, at) => ({ customer, number: at + 1 }))
  await Promise.all(orders.map(order => source.give(order)))
  const all = await eventually(() => {
    const found = course(house)
    assert.equal(found.length, 6)
    return found
  })
  assert.deepEqual(all.slice(0, 2), ['begun 1', 'begun 3'])
  assert.ok(all.indexOf('ended 1') < all.indexOf('begun 2'), all.join())
})

test('messages without a key run at once, and so do those whose order is none', async () => {
  for (const order of ['${{ customer }}', 'none']) {
    await using house = await openHouse(files(order, pause))
    const source = sourceOf('orders')
    await Promise.all([1, 2].map(number => source.give({ number })))
    await eventually(() => assert.deepEqual(course(house).slice(0, 2), ['begun 1', 'begun 2'], order))
  }
})

test('with at-most-once a message is acknowledged first, and those behind it in its lane wait until its run has ended', async () => {
  for (const steps of [pause, `${pause}\n- fail: { code: no-good, status: 500 }\n  when: \${{ number = 1 }}`]) {
    const yaml = files('strict', steps)
    const text = yaml['pipelines/a.yaml']?.replace('redelivery: { attempts: 3, delay: 10ms }', 'guarantee: at-most-once') ?? ''
    await using house = await openHouse({ ...yaml, 'pipelines/a.yaml': text })
    const source = sourceOf('orders')
    const told = [1, 2].map(number => source.give({ number }))
    assert.ok('acknowledged' in ((await told[0]) ?? {}))
    await Promise.all(told)
    const first = steps === pause ? ['begun 1', 'ended 1'] : ['begun 1']
    await eventually(() => assert.deepEqual(course(house), [...first, 'begun 2', 'ended 2']))
  }
})

test('a message that is run again by the gateway keeps its place before those behind it', async () => {
  const steps = `- fail: { code: not-yet, status: 503 }
  when: \${{ number = 1 and $meta.attempt < 3 }}`
  await using house = await openHouse(files('strict', steps))
  const source = sourceOf('orders')
  await Promise.all([1, 2].map(number => source.give({ number })))
  await eventually(() => assert.deepEqual(course(house), ['begun 1', 'begun 1', 'begun 1', 'ended 1', 'begun 2', 'ended 2']))
})

test('a message that waits in a lane and that its source gave up is not run', async () => {
  await using house = await openHouse(files('strict', pause))
  const source = sourceOf('orders')
  const cut = new AbortController()
  const first = source.give({ number: 1 })
  const second = source.give({ number: 2 }, {}, cut)
  cut.abort()
  await first
  const told = await second
  assert.equal('refused' in told && told.refused.code, 'CANCELLED')
  await eventually(() => assert.deepEqual(course(house), ['begun 1', 'ended 1']))
})

test('a message whose key cannot be made runs without order, and the log says so', async () => {
  await using house = await openHouse(files('${{ $number(other) }}', pause))
  const told = await sourceOf('orders').give({ number: 1, other: 'x' })
  assert.ok('acknowledged' in told)
  await eventually(() => assert.equal(house.log.filter(({ event }) => event === 'message without order').length, 1))
})
