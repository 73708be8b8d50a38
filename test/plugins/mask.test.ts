import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Json, Message } from '../../engine/core/message.ts'
import { Scope } from '../../engine/core/scope.ts'
import mask, { type MaskConfig } from '../../plugins/mask/plugin.ts'

const origin = { id: 'mask-test', pipeline: 'p', channel: 'c', headers: {}, source: {}, receivedAt: 0 }
const scope = new Scope({ id: 'mask-test', deadline: Number.POSITIVE_INFINITY })

const run = (config: MaskConfig, body: Message['body']): unknown => mask.compile(config)({ body, input: body, vars: {}, origin }, scope)

const stars = { keep: 4, character: '*' }
const cases: readonly { readonly name: string; readonly config: MaskConfig; readonly body: Json; readonly want: unknown }[] = [
  {
    name: 'a named field keeps its last characters, the others keep everything',
    config: { ...stars, fields: ['iban'] },
    body: { iban: 'DE89370400440532013000', name: 'Ada' },
    want: { iban: '******************3000', name: 'Ada' },
  },
  {
    name: 'a field is found at any depth',
    config: { ...stars, fields: ['iban'] },
    body: { orders: [{ payer: { iban: '123456' } }, { payer: null }] },
    want: { orders: [{ payer: { iban: '**3456' } }, { payer: null }] },
  },
  {
    name: 'a text that is not longer is hidden whole',
    config: { ...stars, fields: ['pin'] },
    body: { pin: '1234' },
    want: { pin: '****' },
  },
  { name: 'a number becomes masked text', config: { ...stars, fields: ['card'] }, body: { card: 123456 }, want: { card: '**3456' } },
  {
    name: 'what lies below a named field is hidden too',
    config: { ...stars, fields: ['bank'] },
    body: { bank: { accounts: ['123456', null] } },
    want: { bank: { accounts: ['**3456', null] } },
  },
  {
    name: 'a character outside the basic plane is one character',
    config: { fields: ['name'], keep: 1, character: '#' },
    body: { name: 'a😀😀' },
    want: { name: '##😀' },
  },
  { name: 'a list at the top is walked', config: { ...stars, fields: ['a'] }, body: [{ a: 'abcdef' }, 7], want: [{ a: '**cdef' }, 7] },
]
for (const { name, config, body, want } of cases) test(`mask: ${name}`, () => assert.deepEqual(run(config, body), want))

test('mask: bytes pass as they are', () => {
  const bytes = new TextEncoder().encode('{"iban":"123456"}')
  assert.equal(run({ ...stars, fields: ['iban'] }, bytes), bytes)
})

test('mask: a field called __proto__ is a field like any other', () => {
  const masked = JSON.stringify(run({ ...stars, fields: ['__proto__'] }, JSON.parse('{"__proto__":"123456"}')))
  assert.equal(masked, '{"__proto__":"**3456"}')
})

test('mask: its schema stands beside it under the name of its folder', () => {
  const schema: unknown = JSON.parse(readFileSync(new URL('../../plugins/mask/schema.json', import.meta.url), 'utf8'))
  assert.ok(typeof schema === 'object' && schema !== null && '$id' in schema)
  assert.equal(schema.$id, 'sluice:/transform/mask.json')
})
