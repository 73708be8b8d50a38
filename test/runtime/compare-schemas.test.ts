import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../engine/core/message.ts'
import { differences } from '../../engine/runtime/compare/schemas.ts'
import { inputSide, replySide } from '../../engine/runtime/compare/side.ts'
import { createResolve } from '../../engine/schema/locate.ts'

const resolve = createResolve(
  new Map<string, Json>([
    ['sluice:/schemas/node', { type: 'object', properties: { next: { $ref: 'sluice:/schemas/node' }, id: { type: 'string' } } }],
    ['sluice:/schemas/tree', { type: 'object', properties: { next: { $ref: 'sluice:/schemas/tree' }, id: { type: 'integer' } } }],
  ]),
)
const compared = (old: Json, next: Json, side = inputSide): readonly string[] =>
  differences({ schema: old, resolve }, { schema: next, resolve }, side).map(
    ({ path, text, breaking }) => `${breaking ? '!' : '.'} ${side.noun}${path === '' ? '' : ` ${path}`}${text}`,
  )

const text = { type: 'string' }
const cases: readonly {
  readonly name: string
  readonly old: Json
  readonly next: Json
  readonly input: readonly string[]
  readonly reply: readonly string[]
}[] = [
  { name: 'the same in other words', old: { const: 1 }, next: { enum: [1] }, input: [], reply: [] },
  {
    name: 'what a number takes an integer takes part of',
    old: { type: 'number' },
    next: { type: 'integer' },
    input: ['! input is integer now, not number'],
    reply: ['. reply is integer now, not number'],
  },
  { name: 'nothing said, and true', old: {}, next: true, input: [], reply: [] },
  { name: 'nothing is valid any more', old: {}, next: false, input: ['! input takes only  now'], reply: ['. reply is only  now'] },
  {
    name: 'parts of `allOf` count together',
    old: { allOf: [{ required: ['a'] }, { properties: { a: text } }] },
    next: { required: ['a'], properties: { a: text } },
    input: [],
    reply: [],
  },
  {
    name: 'a local reference is followed',
    old: { $defs: { a: text }, properties: { a: { $ref: '#/$defs/a' } } },
    next: { $defs: { a: { type: 'null' } }, properties: { a: { $ref: '#/$defs/a' } } },
    input: ['! input a is null now, not string'],
    reply: ['! reply a is null now, not string'],
  },
  {
    name: 'a schema that refers to itself ends',
    old: { $ref: 'sluice:/schemas/node' },
    next: { $ref: 'sluice:/schemas/tree' },
    input: ['! input id is integer now, not string', '! input next.id is integer now, not string'],
    reply: ['! reply id is integer now, not string', '! reply next.id is integer now, not string'],
  },
  { name: 'a reference to nothing says nothing', old: { $ref: 'sluice:/schemas/none' }, next: {}, input: [], reply: [] },
  {
    name: 'alternatives are compared one by one',
    old: { anyOf: [text, { type: 'integer', minimum: 1 }] },
    next: { anyOf: [text, { type: 'integer', minimum: 0 }] },
    input: ['. input: minimum is 0 now, not 1'],
    reply: ['! reply: minimum is 0 now, not 1'],
  },
  {
    name: 'more alternatives cannot be compared',
    old: { oneOf: [text] },
    next: { oneOf: [text, { type: 'null' }] },
    input: ['! input: oneOf has 2 alternatives now, not 1'],
    reply: ['! reply: oneOf has 2 alternatives now, not 1'],
  },
  {
    name: 'values of other fields',
    old: { additionalProperties: text },
    next: { additionalProperties: { type: ['string', 'null'] } },
    input: ['. input * is string or null now, not string'],
    reply: ['! reply * is string or null now, not string'],
  },
  {
    name: 'items of items',
    old: { items: { items: { maxLength: 2 } } },
    next: { items: { items: { maxLength: 1 } } },
    input: ['! input [][]: maxLength is 1 now, not 2'],
    reply: ['. reply [][]: maxLength is 1 now, not 2'],
  },
  {
    name: 'a default for what may be left out',
    old: { properties: { a: text } },
    next: { properties: { a: { ...text, default: 'x' } } },
    input: ['. input a: default is "x" now, not none'],
    reply: [],
  },
  {
    name: 'a default that is taken away from what is required',
    old: { required: ['a'], properties: { a: { default: 'x' } } },
    next: { required: ['a'], properties: { a: {} } },
    input: ['. input a: default is none now, not "x"', '! input a is required now'],
    reply: [],
  },
  {
    name: 'names of every object',
    old: { properties: JSON.parse('{"__proto__":{"type":"string"},"constructor":{}}') },
    next: { properties: { constructor: {} } },
    input: ['. input __proto__ is gone'],
    reply: ['! reply __proto__ is gone'],
  },
  {
    name: 'a uniqueness that is taken back',
    old: { uniqueItems: true },
    next: { uniqueItems: false },
    input: ['. input: uniqueItems is false now, not true'],
    reply: ['! reply: uniqueItems is false now, not true'],
  },
  {
    name: 'words for people',
    old: { title: 'a', description: 'b', examples: [1], $comment: 'c' },
    next: { deprecated: true },
    input: [],
    reply: [],
  },
  {
    name: 'a need that is dropped',
    old: { dependentRequired: { a: ['b'] } },
    next: {},
    input: ['. input a no longer needs b'],
    reply: ['! reply a no longer needs b'],
  },
]

for (const { name, old, next, input, reply } of cases)
  test(`schemas compared: ${name}`, () => {
    assert.deepEqual(compared(old, next), input)
    assert.deepEqual(compared(old, next, replySide), reply)
    for (const schema of [old, next]) for (const side of [inputSide, replySide]) assert.deepEqual(compared(schema, schema, side), [])
  })

test('a comparison is bounded however many differences there are', () => {
  const many = (type: string): Json => ({ properties: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`f${at}`, { type }])) })
  assert.ok(compared(many('string'), many('null')).length < 1000)
})
