import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Body } from '../../engine/core/message.ts'
import csv from '../../engine/formats/csv.ts'

const plain = { separator: ',', coerce: true }
const read = (text: string, config: Parameters<typeof csv.create>[0] = plain): unknown =>
  csv.create(config).decode(Buffer.from(text), 'text/csv')
const written = (value: Body, config: Parameters<typeof csv.create>[0] = plain): string =>
  Buffer.from(csv.create(config).encode(value).bytes).toString()

const tables = [
  {
    says: 'the header line names the columns',
    text: 'id,name\r\n1,a\r\n2,b\r\n',
    value: [
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ],
  },
  { says: 'line feeds alone, and none at the end', text: 'id,name\n1,a', value: [{ id: '1', name: 'a' }] },
  { says: 'carriage returns alone', text: 'id\r1\r2', value: [{ id: '1' }, { id: '2' }] },
  { says: 'a byte order mark', text: '\ufeffid\n1', value: [{ id: '1' }] },
  { says: 'an empty cell is absent', text: 'a,b,c\n1,,\n"",2,', value: [{ a: '1' }, { b: '2' }] },
  { says: 'blank lines are nothing', text: '\na\n\n1\n\r\n2\n\n', value: [{ a: '1' }, { a: '2' }] },
  {
    says: 'quotes hold separators, line ends and quotes',
    text: 'a,b\n"1,2\r\n3","say ""no"""\n',
    value: [{ a: '1,2\r\n3', b: 'say "no"' }],
  },
  { says: 'blanks belong to the cell', text: 'a,b\n 1 ,\t', value: [{ a: ' 1 ', b: '\t' }] },
  { says: 'a header without rows', text: 'a,b\n', value: [] },
  { says: 'no bytes are no body', text: '', value: undefined },
  { says: 'names of prototypes', text: '__proto__,constructor\n1,2', value: [JSON.parse('{"__proto__":"1","constructor":"2"}')] },
]
for (const { says, text, value } of tables) test(`reading CSV: ${says}`, () => assert.deepEqual(read(text), value))

test('`columns` names the columns of a file without a header line, and none is written', () => {
  const config = { ...plain, columns: ['id', 'name'] }
  assert.deepEqual(read('1,a\n2,\n', config), [{ id: '1', name: 'a' }, { id: '2' }])
  assert.equal(written([{ name: 'a', id: 1, other: true }], config), '1,a\r\n')
})

test('`separator` is another one', () => {
  assert.deepEqual(read('a;b\n1,5;"x;y"', { ...plain, separator: ';' }), [{ a: '1,5', b: 'x;y' }])
  assert.equal(written([{ a: '1,5', b: 'x;y' }], { ...plain, separator: ';' }), 'a;b\r\n1,5;"x;y"\r\n')
})

const broken = [
  { text: 'a,b\n1,2\n1\n', says: '1 cells instead of 2 at line 3' },
  { text: 'a,b\n"x\ny",2\n1,2,3', says: '3 cells instead of 2 at line 4' },
  { text: 'a\n"x', says: 'a quote that is never closed at line 2' },
  { text: 'a\nx"y', says: 'a quote inside a cell that does not begin with one at line 2' },
  { text: 'a\n"x"y', says: 'text after the quote that closes a cell at line 2' },
  { text: 'a,a\n1,2', says: 'two columns of one name at line 1' },
  { text: 'a,\n1,2', says: 'a column without a name at line 1' },
]
for (const { text, says } of broken)
  test(`a broken table is MALFORMED with its line: ${JSON.stringify(text)}`, () => {
    assert.throws(() => read(text), { code: 'MALFORMED', message: `reading the body as CSV: ${says}` })
  })

test('the columns written are all names of the rows, in the order they come', () => {
  assert.equal(
    written([
      { b: 1, a: null },
      { a: true, c: 'x\ny' },
    ]),
    'b,a,c\r\n1,,\r\n,true,"x\ny"\r\n',
  )
  assert.equal(written({ a: 1 }), 'a\r\n1\r\n')
  assert.equal(written([{ a: '' }, { a: '1' }]), 'a\r\n""\r\n1\r\n')
  assert.equal(written(undefined), '')
})

for (const value of ['text', [1], [[1]], [{ a: [1] }], [{ a: { b: 1 } }], null, new Uint8Array(1)])
  test(`only a list of flat objects is written as CSV, not ${JSON.stringify(value)}`, () =>
    assert.throws(() => written(value), { code: 'INTERNAL' }))

test('what is written reads as the same rows', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é'), minLength: 1, maxLength: 5 })
  const rows = fc.array(fc.record({ x: cell, 'y,"': cell }, { requiredKeys: ['x'] }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(rows, given =>
      assert.deepEqual(
        read(written(given)),
        given.map(row => ({ ...row })),
      ),
    ),
    { seed: 5, numRuns: 1000 },
  )
})
