import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Body } from '../../engine/core/message.ts'
import form from '../../engine/formats/form.ts'

const format = form.create({ coerce: true })
const read = (text: string): unknown => format.decode(Buffer.from(text), 'application/x-www-form-urlencoded')
const written = (value: Body): string => Buffer.from(format.encode(value).bytes).toString()

const forms = [
  { says: 'names and values', text: 'a=1&b=x+y%20z', value: { a: '1', b: 'x y z' } },
  { says: 'a repeated name is a list', text: 'a=1&b=2&a=3&a=', value: { a: ['1', '3', ''], b: '2' } },
  { says: 'a name alone has an empty value', text: 'a&b=&&=c', value: { a: '', b: '', '': 'c' } },
  { says: 'the first equals sign counts', text: 'a=b=c', value: { a: 'b=c' } },
  { says: 'UTF-8, escaped and plain', text: '%C3%A9=%F0%9F%98%80&ü=1', value: { é: '😀', ü: '1' } },
  { says: 'names of prototypes', text: '__proto__=1&__proto__=2&toString=3', value: JSON.parse('{"__proto__":["1","2"],"toString":"3"}') },
  { says: 'no bytes are no body', text: '', value: undefined },
]
for (const { says, text, value } of forms) test(`reading a form: ${says}`, () => assert.deepEqual(read(text), value))

for (const text of ['a=%zz', 'a=%', 'b=1&a=%ff', 'a=%C3'])
  test(`a wrong escape is MALFORMED: ${text}`, () =>
    assert.throws(() => read(text), { code: 'MALFORMED', message: /at line 1 column \d+$/ }))

test('more than 100,000 fields are MALFORMED', () => {
  assert.throws(() => read('a&'.repeat(100_001)), { code: 'MALFORMED', message: /more than 100000 fields$/ })
})

test('a form is written as browsers write it', () => {
  assert.equal(
    written({ a: "x y!'()~*-._", b: [1, true, null], c: null, é: '&=+' }),
    'a=x+y%21%27%28%29%7E*-._&b=1&b=true&%C3%A9=%26%3D%2B',
  )
  assert.equal(written({ a: "x y!'()~*-._" }), new URLSearchParams({ a: "x y!'()~*-._" }).toString())
})

for (const value of ['a', [1], null, { a: { b: 1 } }, { a: [[1]] }, { a: '\ud800' }, new Uint8Array(1)])
  test(`only a flat object is written as a form, not ${JSON.stringify(value)}`, () =>
    assert.throws(() => written(value), { code: 'INTERNAL' }))

test('what is written reads as the same fields, and as URLSearchParams reads it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { minKeys: 1 }), given => {
      const fields = { ...given }
      const text = written(fields)
      assert.deepEqual(read(text), fields)
      assert.deepEqual([...new URLSearchParams(text)], Object.entries(fields))
    }),
    { seed: 6, numRuns: 500 },
  )
})
