import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../engine/core/message.ts'
import { parse } from '../../engine/expression/parse.ts'
import { type Inferred, infer } from '../../engine/expression/typing/infer.ts'
import { createTypeOfSchema } from '../../engine/expression/typing/schema-type.ts'
import { typeText } from '../../engine/expression/typing/type-text.ts'

const order: Json = {
  type: 'object',
  required: ['id', 'lines', 'status', 'ok'],
  properties: {
    id: { type: 'string' },
    note: { type: 'string' },
    ok: { type: 'boolean' },
    status: { enum: ['open', 'paid'] },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['n', 'tags'],
        properties: { n: { type: 'number' }, name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
      },
    },
  },
}
const typeOf = createTypeOfSchema(() => undefined)

function inferred(source: string): Inferred {
  const parsed = parse(source)
  assert.ok('tree' in parsed, source)
  return infer(parsed.tree, source, { body: typeOf(order), variables: new Map() })
}

const types: Readonly<Record<string, string>> = {
  id: 'text',
  note: 'text or nothing',
  'note ?? 1': 'text | 1',
  '"a"': '"a"',
  'lines.n': 'number | [number]',
  'lines[0]': '{ n: number, name?: text, tags: [text] }',
  'lines[n > 1].n': 'number | [number]',
  '[lines.n]': '[number]',
  'lines.tags': 'text | [text]',
  'lines.tags[0]': 'text | [text]',
  'lines.[n]': '[number | [number]]',
  'lines[]': '[{ n: number, name?: text, tags: [text] }]',
  'lines^(n)': '{ n: number, name?: text, tags: [text] } | [{ n: number, name?: text, tags: [text] }]',
  'lines{ name: $sum(n) }': '{ … }',
  'lines{ "all": n }': '{ all: number | [number] }',
  'lines.*': 'number | text | [number | text]',
  'id & 1': 'text',
  '$count(lines) + 1': 'number',
  'ok and note = "x"': 'boolean',
  'ok ? id : 1': 'text | 1',
  'ok ? id': 'text or nothing',
  '{ "a": id, "b": [1, "x"] }': '{ a: text, b: [1 | "x"] }',
  '$map(lines, function($l) { $l.n })': 'number | [number]',
  '$filter(lines, function($l) { $l.n > 1 }).n': 'number | [number]',
  'lines ~> $count()': 'number',
  '($f := function($x) { $string($x) }; $f(1))': 'text',
  '$merge([{ "a": 1 }, { "b": id }])': '{ a: 1, b: text }',
  '$split(id, ",")': '[text]',
  '$uppercase(note)': 'text or nothing',
  '$exists(note) ? note': 'text or nothing',
  '$$.lines.n': 'number | [number]',
  '**': '?',
  anything: '?',
  'lines@$l.lines@$m.($l.n)': '?',
}
for (const [source, type] of Object.entries(types)) test(`${source} is ${type}`, () => assert.equal(typeText(inferred(source).type), type))

const findings: readonly { readonly source: string; readonly says: string; readonly hint?: string }[] = [
  { source: 'lines.nn', says: '6 error unknown-property lines has no field "nn"', hint: 'did you mean n?' },
  { source: 'sttus', says: '0 warning unknown-property the body has no field "sttus"', hint: 'did you mean status?' },
  { source: '$exists(sttus)', says: '8 warning unknown-property the body has no field "sttus"', hint: 'did you mean status?' },
  { source: 'id.x', says: '3 error unknown-property id is a text, which has no fields' },
  { source: '`a b`.c', says: '0 warning unknown-property the body has no field "a b"', hint: 'there are id, note, ok, status, lines' },
  {
    source: 'status = "payed"',
    says: '7 error impossible-comparison this is never true: status is one of open, paid, "payed" is a text',
    hint: 'did you mean "paid"?',
  },
  { source: '"shut" in [status]', says: '7 error impossible-comparison this is never true: "shut" is a text, its right side is a list' },
  {
    source: 'lines.n[0] > "1"',
    says: '11 error impossible-comparison this always fails: lines.n is a number or a list, "1" is a text',
    hint: 'write 1 without quotes',
  },
  { source: 'ok > 1', says: '3 error impossible-comparison this always fails: ok is true or false, 1 is a number' },
  {
    source: 'note != id',
    says: '0 warning missing-comparison note may be missing, and != with nothing is false',
    hint: 'write $not(note = id) where a missing one counts as different',
  },
  {
    source: 'id & note',
    says: '5 warning missing-text note may be missing, and joins as an empty text',
    hint: 'write (note ?? "") if that is meant',
  },
  {
    source: 'lines[n]',
    says: '6 warning number-predicate n is a number, and a number in brackets is the place of an item, not a condition',
    hint: 'write n > 0',
  },
  {
    source: 'id * 2',
    says: '0 error impossible-operand id is a text, and * calculates with numbers',
    hint: 'write $number(id) where it is a number in text',
  },
  {
    source: 'lines[0].n + "x"',
    says: '13 error impossible-operand "x" is a text, and + calculates with numbers',
    hint: 'texts are joined by &',
  },
  {
    source: '$uppercase(lines[0].n)',
    says: '11 error impossible-operand $uppercase takes a text here, and lines.n is a number',
    hint: 'write $string(lines.n)',
  },
  {
    source: '$sum(lines.tags)',
    says: '5 error impossible-operand $sum takes a list whose members are each a number here, and lines.tags is a text',
  },
]
for (const { source, says, hint } of findings)
  test(`${source}: ${says}`, () => {
    const found = inferred(source).findings.map(({ offset, severity, rule, message }) => `${offset} ${severity} ${rule} ${message}`)
    assert.deepEqual(found, [says])
    assert.equal(inferred(source).findings[0]?.hint, hint)
  })

const silent: readonly string[] = [
  '$exists(other)',
  'other ?? 1',
  'note != ""',
  'note != null',
  '$exists(note) and note != id',
  '$exists(note) ? id & note',
  '$not($exists(note)) ? "" : id & note',
  'note = "x" and note & id = "xy"',
  'lines[$exists(name)].(name & $$.id)',
  'lines[0]',
  'lines[-1].n',
  'lines[$count($$.lines) - 1]',
  '**.x & *.y',
  '$lookup($, "x").y & id',
]
for (const source of silent) test(`nothing is said of ${source}`, () => assert.deepEqual(inferred(source).findings, []))

const schemas: readonly { readonly schema: Json; readonly type: string }[] = [
  { schema: true, type: '?' },
  { schema: {}, type: '?' },
  { schema: { type: 'object' }, type: '{ … }' },
  { schema: { type: 'object', required: ['a'] }, type: '{ … }' },
  { schema: { properties: { a: { type: 'integer' } } }, type: '{ a?: number, … }' },
  { schema: { type: 'object', properties: { a: { type: 'integer', default: 1 } }, additionalProperties: false }, type: '{ a: number }' },
  { schema: { type: 'object', properties: { a: { type: 'array' } } }, type: '{ a: [?], … }' },
  { schema: { type: 'object', properties: { a: { type: 'array', minItems: 1 } } }, type: '{ a?: [?], … }' },
  { schema: { type: ['string', 'null'] }, type: 'text | null' },
  { schema: { enum: ['a', 1, null] }, type: '"a" | 1 | null' },
  { schema: { anyOf: [{ type: 'string' }, { type: 'number' }] }, type: 'text | number' },
  {
    schema: { allOf: [{ properties: { a: { type: 'string' } } }, { required: ['b'], properties: { b: {} } }] },
    type: '{ a?: text, b: ?, … }',
  },
  { schema: { type: 'object', patternProperties: { '^x': {} }, properties: { a: {} }, required: ['a'] }, type: '{ a: ?, … }' },
]
for (const { schema, type } of schemas)
  test(`the schema ${JSON.stringify(schema)} is ${type}`, () => assert.equal(typeText(typeOf(schema)), type))

test('a schema inside of itself is unknown there', () => {
  const node: Json = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] }
  const type = createTypeOfSchema((_, document) => ({ schema: document ?? true, document: document ?? true }))(node)
  assert.equal(typeText(type), '{ next: ?, … }')
})
