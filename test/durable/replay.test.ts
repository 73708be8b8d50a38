import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SluiceError } from '../../engine/core/errors.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

type House = Awaited<ReturnType<typeof openHouse>>

const pipeline = (steps: string): Record<string, string> => ({
  'pipelines/a.yaml': `pipelines:
  take:
    redelivery: { attempts: 2, delay: 10ms }
    channels:
      - source: orders
        format: csv
    steps:
${steps.replaceAll(/^/gm, '      ')}
`,
})
const refusing = pipeline('- fail: { code: no-good, status: 422 }')
const told = pipeline(
  '- log:\n    message: taken\n    fields:\n      body: ${{ $ }}\n      attempt: ${{ $meta.attempt }}\n      shop: ${{ $headers.`x-shop` }}',
)

/** A message dies. */
const die = (id: string) =>
  sourceOf('orders').give(undefined, { id, body: new TextEncoder().encode(`n\n${id}\n`), headers: { 'x-shop': 'north' } })
const lines = ({ log }: House, event: string): House['log'] => log.filter(line => line['event'] === event)
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const late = performance.now() + 30_000
  while (!(await holds())) {
    assert.ok(performance.now() < late, 'it did not happen')
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
const letters = async ({ gateway }: House): Promise<number> =>
  (await gateway.runtime.deadLetters.groups({})).reduce((sum, { count }) => sum + count, 0)

test('a replayed message runs on the revision of that moment, as it came in, under its old correlation id', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...refusing })
  await die('order-00001')
  await die('order-00002')
  assert.equal(await letters(house), 2)
  await house.change(told)
  assert.deepEqual(await house.gateway.runtime.deadLetters.replay({ pipeline: 'take' }), { replayed: 2 })
  await until(() => lines(house, 'taken').length === 2)
  assert.deepEqual(
    lines(house, 'taken')
      .map(({ id, body, shop }) => [id, body, shop])
      .sort(),
    [
      ['order-00001', [{ n: 'order-00001' }], 'north'],
      ['order-00002', [{ n: 'order-00002' }], 'north'],
    ],
  )
  assert.equal(await letters(house), 0)
})

test('a replayed message that dies again is one dead letter again, with its attempts anew', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline('- fail: { code: no-good, status: 503 }') })
  await die('order-00001')
  const [before] = await house.gateway.runtime.deadLetters.groups({})
  assert.equal(before?.newest[0]?.attempts, 2)
  assert.deepEqual(await house.gateway.runtime.deadLetters.replay({ code: 'no-good' }), { replayed: 1 })
  await until(() => lines(house, 'dead letter').length === 2)
  const [after] = await house.gateway.runtime.deadLetters.groups({})
  assert.deepEqual([after?.count, after?.newest[0]?.attempts, after?.newest[0]?.channel], [1, 2, 'queue'])
  assert.equal(after?.newest[0]?.original.id, 'order-00001')
})

test('a queued message that is given up leaves its queue in the commit that keeps its letter', async context => {
  await using house = await openHouse({ ...sourceFiles(), ...refusing })
  await die('order-00001')
  const commit = context.mock.method(MemoryStore.prototype, 'commit')
  await house.gateway.runtime.deadLetters.replay({})
  await until(() => lines(house, 'dead letter').length === 2)
  const kinds = commit.mock.calls.map(({ arguments: [changes] }) =>
    changes.map(change => ('put' in change ? `put ${change.put.kind}` : 'remove' in change ? `remove ${change.remove.kind}` : '')),
  )
  assert.ok(
    kinds.some(one => one.join() === 'remove dead,put queue'),
    JSON.stringify(kinds),
  )
  assert.ok(
    kinds.some(one => one.join() === 'put dead,remove queue'),
    JSON.stringify(kinds),
  )
  await until(async () => (await house.gateway.runtime.queues.list()).every(({ messages, running }) => messages + running === 0))
  assert.equal(await letters(house), 1)
})

test('letters whose pipeline is gone stay; one that is asked for says why', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...refusing })
  await die('order-00001')
  const [group] = await house.gateway.runtime.deadLetters.groups({})
  await house.change({ 'pipelines/a.yaml': 'pipelines:\n  other:\n    steps:\n      - delay: 1ms\n' })
  assert.deepEqual(await house.gateway.runtime.deadLetters.replay({}), { replayed: 0 })
  await assert.rejects(
    house.gateway.runtime.deadLetters.replay({ id: group?.newest[0]?.id }),
    (error: SluiceError) => error.code === 'NOT_FOUND' && /there is no pipeline "take"/.test(error.message),
  )
  assert.equal(await letters(house), 1)
})

test('of two that replay the same letters, each letter is replayed by one', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...refusing })
  for (let at = 0; at < 120; at++) await die(`order-${String(at).padStart(5, '0')}`)
  await house.change(told)
  const both = await Promise.all([1, 2].map(() => house.gateway.runtime.deadLetters.replay({})))
  assert.equal(
    both.reduce((sum, { replayed }) => sum + replayed, 0),
    120,
  )
  await until(() => lines(house, 'taken').length >= 120)
  assert.equal(new Set(lines(house, 'taken').map(({ id }) => id)).size, 120)
  assert.equal(lines(house, 'taken').length, 120)
})
