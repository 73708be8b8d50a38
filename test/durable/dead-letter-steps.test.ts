import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

type House = Awaited<ReturnType<typeof openHouse>>

/** A pipeline that refuses what comes, and what is done with that. */
const pipeline = (deadLetter: string, input = ''): Record<string, string> => ({
  'pipelines/a.yaml': `connectors:
  memo:
    cache: "memory:"
pipelines:
  take:
    deadLetter:
${deadLetter.replaceAll(/^/gm, '      ')}
    channels:
      - source: orders
${input}    steps:
      - transform: changed
      - fail: { code: no-good, status: 422, message: not this one }
  read:
    steps:
      - call: memo.get
        with:
          key: dead
`,
})
const put = (value: string): string => `- call: memo.set
  with:
    key: dead
    value: ${value}`
const kept = async ({ gateway }: House): Promise<unknown> =>
  (await gateway.runtime.invoke('read', { body: { value: {} }, headers: {}, source: {} })).body
const deaths = async ({ log }: House): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  return log.filter(({ event }) => event === 'dead letter')
}

test('dead letter steps see the original body and the error, and put it elsewhere', async () => {
  await using house = await openHouse({
    ...sourceFiles(),
    ...pipeline(
      put(`
      body: \${{ $ }}
      code: \${{ $error.code }}
      message: \${{ $error.message }}
      step: \${{ $error.step }}
      id: \${{ $meta.id }}
      attempt: \${{ $meta.attempt }}`),
    ),
  })
  const body = new TextEncoder().encode('{"n":1}')
  const told = await sourceOf('orders').give(undefined, { body, contentType: 'application/json', id: 'order-12345' })
  assert.ok('acknowledged' in told)
  assert.deepEqual(await kept(house), {
    body: { n: 1 },
    code: 'no-good',
    message: 'not this one',
    step: 'steps/1',
    id: 'order-12345',
    attempt: 1,
  })
  assert.deepEqual(
    (await deaths(house)).map(({ letter, code }) => [letter, code]),
    [[undefined, 'no-good']],
  )
})

test('a body that no format could read comes to them as its bytes', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline(put('${{ $error.code }}'), '    input: { type: object }\n') })
  const body = new TextEncoder().encode('{"n":')
  const told = await sourceOf('orders').give(undefined, { body, contentType: 'application/json' })
  assert.ok('acknowledged' in told)
  assert.equal(await kept(house), 'MALFORMED')
})

test('where they fail, the store keeps the letter, and the log says why', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline('- fail: { code: bus-away, status: 503 }') })
  const told = await sourceOf('orders').give({})
  assert.ok('acknowledged' in told)
  const [death] = await deaths(house)
  assert.match(String(death?.['letter']), /^[0-9a-f]{16}$/)
  assert.equal(death?.['code'], 'no-good')
  const failed = house.log.find(({ event }) => event === 'dead letter steps failed')
  assert.deepEqual([failed?.['code'], failed?.['step']], ['bus-away', 'deadLetter/0'])
})

test('where the store keeps none either, the message is not acknowledged', async () => {
  const full = { count: 0, bytes: 1_000, keepMs: 1_000_000 }
  await using house = await openHouse(
    { ...sourceFiles({ redelivers: true }), ...pipeline('- fail: { code: bus-away, status: 503 }') },
    {},
    { deadLetters: full },
  )
  const told = await sourceOf('orders').give({})
  assert.ok('refused' in told && told.refused.code === 'STORE')
  assert.equal((await deaths(house)).length, 0)
})

test('a revision is there until its dead letter steps are over', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...pipeline(`- log: begun\n- delay: 2s\n${put('late')}`) })
  const told = sourceOf('orders').give({})
  await eventually(() => assert.ok(house.log.some(({ event }) => event === 'begun')))
  const { 'pipelines/a.yaml': yaml = '' } = pipeline(put('new'))
  await house.change({ 'pipelines/a.yaml': yaml })
  assert.equal(house.gateway.runtime.status().inFlight, 1)
  assert.ok('acknowledged' in (await told))
  assert.equal(await kept(house), 'late')
})
