import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sluice } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

type House = Awaited<ReturnType<typeof openHouse>>

const take = (name: string, code: string): string => `  ${name}:
    channels:
      - source: ${name}
    steps:
      - fail:
          code: ${code}
          status: 422
          message: no ${'${{ n }}'}
`
const yaml = { 'pipelines/a.yaml': `pipelines:\n${take('orders', 'no-good')}${take('returns', 'too-late')}` }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Three letters: two of orders, one of returns whose body is no text. */
async function die(): Promise<void> {
  const json = { contentType: 'application/json', headers: { 'x-shop': 'north' } }
  await sourceOf('orders').give(undefined, { ...json, body: bytes('{"n":1}'), id: 'order-00001' })
  await sourceOf('orders').give(undefined, { ...json, body: bytes('{"n":2}'), id: 'order-00002' })
  await sourceOf('returns').give(undefined, { body: Uint8Array.of(0, 255, 1), contentType: 'application/x-own', id: 'return-0001' })
}
const at = ({ gateway }: House): readonly string[] => ['--at', `http://127.0.0.1:${gateway.admin?.address.port}`]
const idsOf = async (house: House, ...more: readonly string[]): Promise<readonly string[]> => {
  const { out } = await sluice(['dead', 'export', ...more, ...at(house)])
  return out
    .split('\n')
    .filter(text => text !== '')
    .map(text => JSON.parse(text).correlation)
}

test('dead list shows the letters by pipeline and code, with where they died', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...yaml })
  assert.match((await sluice(['dead', 'list', ...at(house)])).err, /there is no dead letter/)
  await die()
  const { code, out } = await sluice(['dead', 'list', ...at(house)])
  assert.equal(code, 0)
  assert.match(
    out,
    /^orders no-good: 2 messages, 14B, \S+Z to \S+Z\n {2}[0-9a-f]{16} {2}\S+Z {2}\S+a\.yaml:6:9 {2}no 2\n {2}[0-9a-f]{16} .* no 1$/m,
  )
  assert.match(out, /^returns .*: 1 message, 3B, \S+Z$/m)
  const narrowed = JSON.parse((await sluice(['dead', 'list', '--code', 'no-good', '--format', 'json', ...at(house)])).out)
  assert.deepEqual(
    narrowed.map(({ pipeline, code: why, count }: { pipeline: string; code: string; count: number }) => [pipeline, why, count]),
    [['orders', 'no-good', 2]],
  )
})

test('dead show says all that is known of one, with its original body', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...yaml })
  await die()
  const [{ newest }] = JSON.parse((await sluice(['dead', 'list', '--pipeline', 'orders', '--format', 'json', ...at(house)])).out)
  const { out } = await sluice(['dead', 'show', newest[0].id, '--format', 'json', ...at(house)])
  const { id, diedAt, receivedAt, expires, where, ...rest } = JSON.parse(out)
  assert.match(where, /a\.yaml:6:9$/)
  assert.equal(id, newest[0].id)
  assert.equal(Math.round((Date.parse(expires) - Date.parse(diedAt)) / 86_400_000), 30)
  assert.ok(Date.parse(receivedAt) <= Date.parse(diedAt))
  assert.deepEqual(rest, {
    pipeline: 'orders',
    channel: 'source',
    code: 'no-good',
    message: 'no 2',
    status: 422,
    step: 'steps/0',
    attempts: 1,
    size: 7,
    correlation: 'order-00002',
    contentType: 'application/json',
    headers: { 'x-shop': 'north' },
    source: {},
    body: '{"n":2}',
    encoding: 'text',
  })
  assert.match((await sluice(['dead', 'show', newest[0].id, ...at(house)])).out, /^correlation {2}order-00002$[\s\S]*^\{"n":2\}$/m)
  const gone = await sluice(['dead', 'show', 'nobody', ...at(house)])
  assert.deepEqual([gone.code, gone.err], [1, 'sluice: there is no dead letter "nobody"\n'])
})

test('dead export writes every letter as a line of JSON, its bytes in base64', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...yaml })
  await die()
  const { out } = await sluice(['dead', 'export', ...at(house)])
  const all = out
    .trim()
    .split('\n')
    .map(text => JSON.parse(text))
  assert.deepEqual(
    all.map(({ correlation, body }) => [correlation, Buffer.from(body, 'base64').toString('latin1')]),
    [
      ['return-0001', '\u0000\u00ff\u0001'],
      ['order-00002', '{"n":2}'],
      ['order-00001', '{"n":1}'],
    ],
  )
})

test('dead drop takes away what is named, and refuses to take what is not', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...yaml })
  await die()
  const unsaid = await sluice(['dead', 'drop', ...at(house)])
  assert.deepEqual([unsaid.code, unsaid.err], [1, 'sluice: name an id, a pipeline or a code, or say all: true\n'])
  assert.equal((await sluice(['dead', 'drop', '--pipeline', 'orders', '--code', 'too-late', ...at(house)])).out, '0 messages dropped\n')
  assert.equal((await sluice(['dead', 'drop', '--pipeline', 'orders', ...at(house)])).out, '2 messages dropped\n')
  assert.deepEqual(await idsOf(house), ['return-0001'])
  assert.equal((await sluice(['dead', 'drop', '--all', ...at(house)])).out, '1 message dropped\n')
  assert.deepEqual(await idsOf(house), [])
})

test('the numbers count deaths, and say how many letters there are', async () => {
  await using house = await openHouse({ ...sourceFiles(), ...yaml })
  await die()
  const [url = ''] = at(house).slice(1)
  await (await fetch(`${url}/dead`)).text()
  const numbers = await (await fetch(`${url}/metrics`)).text()
  assert.match(numbers, /^sluice_dead_letters_total\{pipeline="orders",code="no-good"\} 2$/m)
  assert.match(numbers, /^sluice_dead_letters\{pipeline="orders"\} 2$/m)
})
