import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body, Json } from '../../engine/core/message.ts'
import { MessageSchemas } from '../../engine/schema/message.ts'

const line: Json = { type: 'object', required: ['sku'], properties: { sku: { type: 'string' }, count: { type: 'integer' } } }
const schemas = new MessageSchemas(new Map([['line', line]]))
const violations = (schema: Json, body: Body): readonly string[] =>
  schemas
    .check(schema)(body)
    .violations.map(({ pointer, text }) => `${pointer} ${text}`)

test('a valid body comes back made what its schema names', () => {
  const check = schemas.check({
    type: 'object',
    properties: { year: { type: 'integer' }, lines: { type: 'array', items: { $ref: 'sluice:/schemas/line' } } },
  })
  assert.deepEqual(check({ year: '2013', lines: { sku: 'a', count: '2' } }), {
    value: { year: 2013, lines: [{ sku: 'a', count: 2 }] },
    violations: [],
    count: 0,
  })
})

test('`coerce: false` takes text for no number', () => {
  assert.equal(schemas.check({ type: 'integer' }, { coerce: false })('1').count, 1)
  assert.equal(schemas.check({ type: 'integer' })('1').count, 0)
})

const faults: readonly { readonly schema: Json; readonly body: Body; readonly says: readonly string[] }[] = [
  { schema: { type: 'integer' }, body: 'x', says: [' must be an integer'] },
  { schema: { type: ['string', 'null'] }, body: 1, says: [' must be a string or null'] },
  { schema: { required: ['a', 'b'] }, body: {}, says: [' a is required', ' b is required'] },
  { schema: { properties: { c: { required: ['a'] } } }, body: { c: {} }, says: ['/c a is required'] },
  { schema: { properties: { a: {} }, additionalProperties: false }, body: { a: 1, b: 2 }, says: [' b is not a known property'] },
  { schema: { properties: { a: {} }, unevaluatedProperties: false }, body: { b: 2 }, says: [' b is not a known property'] },
  { schema: { dependentRequired: { day: ['month'] } }, body: { day: 1 }, says: [' month is required where day is given'] },
  { schema: { enum: ['a', 1] }, body: 'b', says: [' must be one of "a", 1'] },
  { schema: { const: 'a' }, body: 'b', says: [' must be "a"'] },
  { schema: { minimum: 1, multipleOf: 2 }, body: -1, says: [' must be at least 1', ' must be a multiple of 2'] },
  { schema: { maximum: 12 }, body: 13, says: [' must be at most 12'] },
  { schema: { exclusiveMinimum: 0 }, body: 0, says: [' must be above 0'] },
  { schema: { exclusiveMaximum: 5 }, body: 5, says: [' must be below 5'] },
  { schema: { minLength: 1 }, body: '', says: [' must have at least 1 character'] },
  { schema: { maxLength: 2 }, body: 'abc', says: [' must have at most 2 characters'] },
  { schema: { pattern: '^[a-z]+$' }, body: '1', says: [' must match ^[a-z]+$'] },
  { schema: { format: 'date' }, body: '2013-13-01', says: [' must be of the format date'] },
  { schema: { minItems: 2, uniqueItems: true }, body: [1], says: [' must have at least 2 items'] },
  { schema: { uniqueItems: true }, body: [1, 2, 1], says: [' must not have equal items: 0 and 2'] },
  { schema: { maxItems: 1 }, body: [1, 2], says: [' must have at most 1 item'] },
  { schema: { prefixItems: [{}], items: false }, body: [1, 2], says: [' must have at most 1 item'] },
  { schema: { contains: { type: 'string' } }, body: [1], says: [' must contain at least 1 item of the kind asked for'] },
  { schema: { minProperties: 1 }, body: {}, says: [' must have at least 1 properties'] },
  {
    schema: { propertyNames: { maxLength: 1 } },
    body: { ab: 1 },
    says: [' must have at most 1 character', ' ab is not allowed as a name'],
  },
  { schema: { anyOf: [{ type: 'integer' }, { required: ['a'] }] }, body: {}, says: [' must match one of the alternatives'] },
  { schema: { oneOf: [{ minimum: 1 }, { minimum: 2 }] }, body: 3, says: [' must match one of the alternatives, not several'] },
  { schema: { not: { type: 'string' } }, body: 'x', says: [' is not allowed'] },
  { schema: { properties: { a: false } }, body: { a: 1 }, says: ['/a is not allowed'] },
  { schema: { if: { required: ['a'] }, else: { required: ['b'] } }, body: {}, says: [' b is required'] },
  {
    schema: { properties: { 'a/b~c': { items: { type: 'integer' } } } },
    body: { 'a/b~c': [1, 'x'] },
    says: ['/a~1b~0c/1 must be an integer'],
  },
]
for (const { schema, body, says } of faults)
  test(`a violation says where, and what must be: ${says.join(',')}`, () => assert.deepEqual(violations(schema, body), says))

test('20 violations are listed, all are counted', () => {
  const { violations: listed, count } = schemas.check({ items: { type: 'integer' } })(Array.from({ length: 50 }, () => 'x'))
  assert.deepEqual([listed.length, count], [20, 50])
})

test('of a large body the first violation is enough', () => {
  const { violations: listed, count } = schemas.check({ items: { type: 'integer' } })(Array.from({ length: 50_000 }, () => 'x'))
  assert.deepEqual([listed, count], [[{ pointer: '/0', text: 'must be an integer' }], 1])
})

test('a long name of a body is cut in the text', () => {
  const [text = ''] = violations({ additionalProperties: false }, { ['x'.repeat(5000)]: 1 })
  assert.ok(text.length < 200)
})

test('names of prototypes are absent unless they are given', () => {
  assert.deepEqual(violations({ required: ['constructor', '__proto__'] }, {}), [' constructor is required', ' __proto__ is required'])
  assert.deepEqual(
    violations({ properties: { constructor: { type: 'string' } }, additionalProperties: false }, JSON.parse('{"__proto__":1}')),
    [' __proto__ is not a known property'],
  )
  assert.deepEqual(violations({ properties: { constructor: { type: 'string' }, toString: { type: 'string' } } }, {}), [])
})

const invalid: readonly { readonly schema: Json; readonly says: RegExp }[] = [
  { schema: { type: 'objekt' }, says: /^\/type must be one of "array"/ },
  { schema: { properties: { a: { minimum: 'x' } } }, says: /^\/properties\/a\/minimum must be a number$/ },
  { schema: { required: ['a', 'a'] }, says: /^\/required must not have equal items/ },
  { schema: { items: [{}] }, says: /^\/items must be an object or a boolean$/ },
  { schema: { properties: { a: 5 } }, says: /^\/properties\/a must be an object or a boolean$/ },
  { schema: { $defs: { unused: { type: ['string', 'text'] } } }, says: /^\/\$defs\/unused\/type\/1 must be one of/ },
  { schema: { propertys: {} }, says: /^unknown keyword: "propertys"$/ },
  { schema: { format: 'klingon' }, says: /^unknown format "klingon"$/ },
  { schema: { pattern: '(' }, says: /Invalid regular expression/ },
  {
    schema: { $ref: 'https://example.com/order.json' },
    says: /^there is no schema https:\/\/example.com\/order.json; remote ones are never loaded$/,
  },
  { schema: { $ref: 'sluice:/schemas/none' }, says: /^there is no schema sluice:\/schemas\/none/ },
  { schema: { $ref: '#/$defs/none' }, says: /^there is no schema #\/\$defs\/none/ },
  { schema: { $schema: 'http://json-schema.org/draft-07/schema#' }, says: /^\/\$schema must be one of .*2020-12/ },
  { schema: { $ref: '#' }, says: /refers to itself without end/ },
  {
    schema: { allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    says: /refers to itself without end/,
  },
  { schema: ['string'], says: /^must be an object or a boolean$/ },
  { schema: 'string', says: /^must be an object or a boolean$/ },
]
for (const { schema, says } of invalid)
  test(`what is no usable JSON Schema is told why: ${JSON.stringify(schema)}`, () => assert.match(schemas.invalid(schema) ?? 'valid', says))

const valid: readonly Json[] = [
  true,
  {},
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://example.com/a',
    title: 't',
    description: 'd',
    examples: [1],
    deprecated: true,
    $comment: 'c',
  },
  { properties: { next: { $ref: '#' }, a: { $anchor: 'a', type: 'string' }, b: { $ref: '#a' } } },
  { type: ['string', 'integer'], minLength: 1, minimum: 1 },
  { required: ['a'], 'x-owner': 'sales', properties: { b: { 'x-owner': 1 } } },
  { $defs: { a: { $id: 'https://example.com/b', type: 'string' } }, $ref: 'https://example.com/b' },
  { contentMediaType: 'text/html', format: 'email', readOnly: true },
  { $ref: 'sluice:/schemas/line#/properties/sku' },
]
for (const schema of valid)
  test(`an architect's schema is taken as it is: ${JSON.stringify(schema)}`, () => assert.equal(schemas.invalid(schema), undefined))

test('two copies of a schema with one $id live beside each other', () => {
  const make = (minimum: number): Json => ({ $id: 'https://example.com/same', properties: { a: { minimum }, next: { $ref: '#' } } })
  const [one, ten] = [schemas.check(make(1)), schemas.check(make(10))]
  assert.equal(one({ next: { a: 5 } }).count, 0)
  assert.equal(ten({ next: { a: 5 } }).count, 1)
  assert.equal(one({ next: { a: 0 } }).count, 1)
})

test('one wrong schema among the named ones spoils no other', () => {
  const mixed = new MessageSchemas(
    new Map<string, Json>([
      ['wrong', 'text'],
      ['line', line],
      ['odd', { propertys: 1 }],
    ]),
  )
  assert.equal(mixed.invalid({ $ref: 'sluice:/schemas/line' }), undefined)
  assert.match(mixed.invalid({ $ref: 'sluice:/schemas/wrong' }) ?? '', /there is no schema/)
  assert.match(mixed.invalid({ $ref: 'sluice:/schemas/odd' }) ?? '', /unknown keyword/)
})
