import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body, Json } from '../../engine/core/message.ts'
import { compileCoercion } from '../../engine/schema/coerce.ts'
import { createResolve } from '../../engine/schema/locate.ts'

const named = new Map<string, Json>([
  ['sluice:/schemas/line', { type: 'object', properties: { count: { type: 'integer' } }, $defs: { price: { type: 'number' } } }],
  [
    'sluice:/schemas/tree',
    { type: 'object', properties: { size: { type: 'integer' }, children: { type: 'array', items: { $ref: '#' }, minItems: 1 } } },
  ],
])
const coerce = (schema: Json, body: Body, options = { coerce: true }): Body =>
  compileCoercion({ schema, document: schema }, createResolve(named), options)(body)

const texts: readonly { readonly type: Json; readonly becomes: readonly (readonly [string, Json])[]; readonly stays: readonly string[] }[] =
  [
    {
      type: 'integer',
      becomes: [
        ['0', 0],
        ['-0', 0],
        ['007', 7],
        ['-12', -12],
        ['9007199254740991', 9007199254740991],
      ],
      stays: ['', ' 1', '1 ', '+1', '1.0', '1e3', '--1', '9007199254740992', '١', '0x10', 'Infinity', 'true'],
    },
    {
      type: 'number',
      becomes: [
        ['0', 0],
        ['-1.50', -1.5],
        ['1e3', 1000],
        ['1E-2', 0.01],
        ['0.1', 0.1],
        ['100000000000000000000', 1e20],
        ['0.30000000000000004', 0.30000000000000004],
        ['-0.0', 0],
      ],
      stays: [
        '',
        '01',
        '.5',
        '5.',
        '+1',
        ' 1',
        'NaN',
        '1e400',
        '1e-400',
        '9007199254740993',
        '3.14159265358979323846',
        '0.1000000000000000055511151231257827',
      ],
    },
    {
      type: 'boolean',
      becomes: [
        ['true', true],
        ['false', false],
      ],
      stays: ['', 'TRUE', 'yes', '1', ' true'],
    },
    { type: ['integer', 'null'], becomes: [['7', 7]], stays: ['', 'null'] },
    {
      type: ['boolean', 'number'],
      becomes: [
        ['true', true],
        ['1.5', 1.5],
      ],
      stays: ['x'],
    },
    { type: ['integer', 'string'], becomes: [], stays: ['7'] },
    { type: 'string', becomes: [], stays: ['7', 'true'] },
  ]
for (const { type, becomes, stays } of texts)
  test(`text becomes ${JSON.stringify(type)} only losslessly`, () => {
    for (const [text, value] of becomes) assert.deepEqual(coerce({ type }, text), value, text)
    for (const text of stays) assert.equal(coerce({ type }, text), text)
  })

const cases: readonly { readonly says: string; readonly schema: Json; readonly body: Body; readonly value: Body }[] = [
  { says: 'numbers never become text', schema: { type: 'string' }, body: 7, value: 7 },
  {
    says: 'properties',
    schema: { properties: { a: { type: 'integer' }, b: { type: 'boolean' } } },
    body: { a: '1', b: 'true', c: '2' },
    value: { a: 1, b: true, c: '2' },
  },
  { says: 'items', schema: { type: 'array', items: { type: 'integer' } }, body: ['1', 2, 'x'], value: [1, 2, 'x'] },
  {
    says: 'the first items by place',
    schema: { type: 'array', prefixItems: [{ type: 'integer' }, {}], items: { type: 'boolean' } },
    body: ['1', '1', 'true'],
    value: [1, '1', true],
  },
  {
    says: 'one thing becomes the list named',
    schema: { properties: { a: { type: 'array', items: { type: 'integer' } } } },
    body: { a: '1' },
    value: { a: [1] },
  },
  {
    says: 'one object becomes the list named',
    schema: { type: 'array', items: { properties: { a: { type: 'integer' } } } },
    body: { a: '1' },
    value: [{ a: 1 }],
  },
  { says: 'nothing becomes the empty list', schema: { properties: { a: { type: 'array' } } }, body: {}, value: { a: [] } },
  {
    says: 'nothing stays nothing where an empty list would be wrong',
    schema: { properties: { a: { type: 'array', minItems: 1 } } },
    body: {},
    value: {},
  },
  {
    says: 'nothing becomes the empty list where one is required',
    schema: { required: ['a'], properties: { a: { type: 'array', minItems: 1 } } },
    body: {},
    value: { a: [] },
  },
  { says: 'a text stays where a list or a text is named', schema: { type: ['array', 'string'] }, body: 'x', value: 'x' },
  {
    says: 'null for an optional property is absent',
    schema: { properties: { a: { type: 'integer' }, b: { type: ['integer', 'null'] }, c: {} } },
    body: { a: null, b: null, c: null },
    value: { b: null, c: null },
  },
  {
    says: 'null for a required property stays',
    schema: { required: ['a'], properties: { a: { type: 'integer' } } },
    body: { a: null },
    value: { a: null },
  },
  {
    says: 'null stays where a value list, a constant or an alternative has it',
    schema: { properties: { a: { enum: [1, null] }, b: { const: null }, c: { anyOf: [{ type: 'integer' }, { type: 'null' }] } } },
    body: { a: null, b: null, c: null },
    value: { a: null, b: null, c: null },
  },
  {
    says: 'null goes where they have not',
    schema: { properties: { a: { enum: [1] }, b: { const: 1 }, c: { oneOf: [{ type: 'integer' }, { type: 'string' }] } } },
    body: { a: null, b: null, c: null },
    value: {},
  },
  { says: 'null for a list is the empty list', schema: { properties: { a: { type: 'array' } } }, body: { a: null }, value: { a: [] } },
  {
    says: 'defaults',
    schema: { properties: { a: { default: 1 }, b: { type: 'object', properties: { c: { default: [] } } } } },
    body: { b: {} },
    value: { a: 1, b: { c: [] } },
  },
  { says: 'a default for null', schema: { properties: { a: { type: 'integer', default: 1 } } }, body: { a: null }, value: { a: 1 } },
  {
    says: 'a default wins over the empty list',
    schema: { properties: { a: { type: 'array', default: ['x'] } } },
    body: {},
    value: { a: ['x'] },
  },
  {
    says: 'a default of a referred schema',
    schema: { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'integer', default: 5 } } },
    body: {},
    value: { a: 5 },
  },
  {
    says: 'no body is {} where an object is named',
    schema: { type: 'object', properties: { a: { default: 1 } } },
    body: undefined,
    value: { a: 1 },
  },
  { says: 'an empty text is {} where an object is named', schema: { properties: {} }, body: '', value: {} },
  { says: 'an empty text stays inside', schema: { properties: { a: { type: 'object' } } }, body: { a: '' }, value: { a: '' } },
  { says: 'an empty text stays where a text is allowed', schema: { type: ['object', 'string'] }, body: '', value: '' },
  { says: 'no body is [] where a list is named', schema: { type: 'array' }, body: undefined, value: [] },
  { says: 'no body stays where nothing is named', schema: {}, body: undefined, value: undefined },
  {
    says: 'references into the schema itself',
    schema: { properties: { a: { $ref: '#/$defs/x~1y' } }, $defs: { 'x/y': { type: 'integer' } } },
    body: { a: '1' },
    value: { a: 1 },
  },
  {
    says: 'references to named schemas, and into them',
    schema: { properties: { a: { $ref: 'sluice:/schemas/line' }, b: { $ref: 'sluice:/schemas/line#/$defs/price' } } },
    body: { a: { count: '1' }, b: '1.5' },
    value: { a: { count: 1 }, b: 1.5 },
  },
  {
    says: 'schemas inside themselves',
    schema: { $ref: 'sluice:/schemas/tree' },
    body: { size: '1', children: { size: '2', children: [{ size: '3' }] } },
    value: { size: 1, children: [{ size: 2, children: [{ size: 3 }] }] },
  },
  {
    says: 'all parts of an allOf',
    schema: { allOf: [{ properties: { a: { type: 'integer' } } }, { properties: { b: { type: 'boolean' } } }] },
    body: { a: '1', b: 'true' },
    value: { a: 1, b: true },
  },
  { says: 'the one branch beside null', schema: { anyOf: [{ type: 'null' }, { type: 'integer' }] }, body: '1', value: 1 },
  {
    says: 'ambiguous branches leave the value alone',
    schema: { oneOf: [{ type: 'integer' }, { type: 'boolean' }] },
    body: '1',
    value: '1',
  },
  {
    says: 'all other properties',
    schema: { properties: { a: {} }, additionalProperties: { type: 'integer' } },
    body: { a: '1', b: '2', __proto__: '3' },
    value: { a: '1', b: 2 },
  },
  {
    says: 'properties by pattern',
    schema: { patternProperties: { '^n': { type: 'integer' } } },
    body: { n1: '1', m: '2' },
    value: { n1: 1, m: '2' },
  },
  {
    says: 'names of prototypes',
    schema: { properties: { constructor: { type: 'integer' }, toString: { type: 'array' } } },
    body: {},
    value: JSON.parse('{"toString":[]}'),
  },
]
for (const { says, schema, body, value } of cases)
  test(`a body becomes what its schema names: ${says}`, () => assert.deepEqual(coerce(schema, body), value))

test('__proto__ is a property like any other', () => {
  const body = JSON.parse('{"__proto__":"1"}')
  const schema = JSON.parse('{"properties":{"__proto__":{"type":"integer"}}}')
  assert.deepEqual(coerce(schema, body), JSON.parse('{"__proto__":1}'))
  assert.deepEqual(coerce({ additionalProperties: { type: 'integer' } }, body), JSON.parse('{"__proto__":1}'))
})

test('what needs no change is the very same value, and nothing is changed in place', () => {
  const schema = {
    properties: { a: { type: 'integer' }, b: { properties: { c: { type: 'integer' } } }, d: { type: 'array', items: { type: 'integer' } } },
  }
  const right = { a: 1, b: { c: 1 }, d: [1] }
  assert.equal(coerce(schema, right), right)
  const text = { a: 1, b: { c: '1' }, d: [1, '2'], e: {} }
  const before = structuredClone(text)
  const after = coerce(schema, text)
  assert.deepEqual(text, before)
  assert.deepEqual(after, { a: 1, b: { c: 1 }, d: [1, 2], e: {} })
  assert.equal(Object(after).e, text.e)
})

test('`coerce: false` fills defaults, and nothing else', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' }, b: { default: 1 }, c: { type: 'array' }, d: { type: 'integer' } } }
  assert.deepEqual(coerce(schema, { a: '1', d: null }, { coerce: false }), { a: '1', b: 1, d: null })
  assert.deepEqual(coerce(schema, undefined, { coerce: false }), { b: 1 })
})

test('bytes and files are left alone', () => {
  for (const body of [new Uint8Array(1), new Blob(['x'])])
    assert.equal(coerce({ type: 'object', properties: { a: { default: 1 } } }, body), body)
})
