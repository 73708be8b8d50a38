import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../engine/core/message.ts'
import { Secret } from '../../engine/core/secret.ts'
import { convert } from '../../engine/schema/convert.ts'
import { createResolve } from '../../engine/schema/locate.ts'

const documents = new Map<string, Json>([
  ['sluice:/common/duration.json', { type: 'string', 'x-type': 'duration' }],
  [
    'sluice:/common/retry.json',
    { type: 'object', properties: { attempts: { default: 3 }, delay: { $ref: 'sluice:/common/duration.json', default: '100ms' } } },
  ],
])
const duration = { $ref: 'sluice:/common/duration.json' }
const made = (schema: Json, value: unknown): unknown => convert({ schema, document: schema }, value, createResolve(documents))

const cases: readonly { readonly says: string; readonly schema: Json; readonly value: unknown; readonly want: unknown }[] = [
  { says: 'a duration is milliseconds', schema: duration, value: '1h', want: 3_600_000 },
  { says: 'a size is bytes', schema: { 'x-type': 'size' }, value: '10MB', want: 10_485_760 },
  { says: 'a duration that is a number already stays', schema: duration, value: 5, want: 5 },
  { says: 'other texts stay', schema: { type: 'string' }, value: '1h', want: '1h' },
  {
    says: 'defaults are filled',
    schema: { properties: { a: { default: true }, b: { ...duration, default: '2s' } } },
    value: {},
    want: { a: true, b: 2000 },
  },
  {
    says: 'what is given wins over the default',
    schema: { properties: { a: { default: true }, b: { ...duration, default: '2s' } } },
    value: { a: false, b: '1s' },
    want: { a: false, b: 1000 },
  },
  { says: 'null is a value', schema: { properties: { a: { default: 1 } } }, value: { a: null }, want: { a: null } },
  {
    says: 'a default object gets its own defaults',
    schema: { properties: { retry: { $ref: 'sluice:/common/retry.json', default: {} } } },
    value: {},
    want: { retry: { attempts: 3, delay: 100 } },
  },
  {
    says: 'what is absent and has no default stays absent',
    schema: { properties: { retry: { $ref: 'sluice:/common/retry.json' } } },
    value: {},
    want: {},
  },
  {
    says: 'inside lists and maps',
    schema: { items: { additionalProperties: duration } },
    value: [{ a: '1s', b: '2s' }],
    want: [{ a: 1000, b: 2000 }],
  },
  {
    says: 'by the branch that fits',
    schema: { properties: { retry: { oneOf: [{ type: 'integer' }, { $ref: 'sluice:/common/retry.json' }] } } },
    value: { retry: { delay: '1s' } },
    want: { retry: { attempts: 3, delay: 1000 } },
  },
  {
    says: 'by the branch whose constant fits',
    schema: {
      anyOf: [{ properties: { kind: { const: 'a' }, x: { default: 1 } } }, { properties: { kind: { const: 'b' }, y: { default: 2 } } }],
    },
    value: { kind: 'b' },
    want: { kind: 'b', y: 2 },
  },
  {
    says: 'by the branch that requires and knows what is there',
    schema: {
      oneOf: [
        { type: 'object', required: ['every'], properties: { every: duration }, additionalProperties: false },
        { type: 'object', properties: { cron: {}, zone: { default: 'UTC' } } },
      ],
    },
    value: { cron: '* * * * *' },
    want: { cron: '* * * * *', zone: 'UTC' },
  },
  { says: 'no branch, no change', schema: { oneOf: [{ type: 'string', 'x-type': 'duration' }, { type: 'boolean' }] }, value: 5, want: 5 },
]
for (const { says, schema, value, want } of cases)
  test(`a configuration value becomes what the types say: ${says}`, () => assert.deepEqual(made(schema, value), want))

test('what is no plain JSON passes untouched, and what needs no change is the very same value', () => {
  const secret = new Secret('x')
  const bytes = new Uint8Array(1)
  const value = { secret, bytes, deep: { a: 1 } }
  const schema: Json = {
    properties: {
      secret: { properties: { a: { default: 1 } } },
      bytes: { type: 'array', items: duration },
      deep: { properties: { a: { default: 2 } } },
      wait: duration,
    },
  }
  assert.equal(made(schema, value), value)
  const changed = made(schema, { ...value, wait: '1s' })
  assert.deepEqual(changed, { ...value, wait: 1000 })
  assert.equal((changed as typeof value).secret, secret)
})
