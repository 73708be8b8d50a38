import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SluiceError } from '../../engine/core/errors.ts'
import type { Body } from '../../engine/core/message.ts'
import json from '../../engine/formats/json.ts'

const format = json.create({ numbers: 'number', coerce: true })
const exact = json.create({ numbers: 'text', coerce: true })
const read = (text: string, by = format): unknown => by.decode(Buffer.from(text), 'application/json')
const written = (value: Parameters<typeof format.encode>[0]): string => Buffer.from(format.encode(value).bytes).toString()

test('every value of JSON is read as JSON.parse reads it, and written so that it reads the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const text = JSON.stringify(value, (_key, part) => (Number.isInteger(part) && !Number.isSafeInteger(part) ? 0.5 : part))
      assert.deepEqual(read(text), JSON.parse(text))
      assert.equal(written(JSON.parse(text)), text)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('no bytes are no body, and no body is written as no bytes', () => {
  assert.equal(read(''), undefined)
  assert.equal(written(undefined), '')
})

const faults = [
  { text: '  ', says: 'unexpected end at line 1 column 3' },
  { text: '{"a":1,}', says: 'unexpected token at line 1 column 8' },
  { text: '[1 2]', says: 'unexpected token at line 1 column 4' },
  { text: '[,]', says: 'unexpected token at line 1 column 2' },
  { text: '{"a":\n\n "b" x}', says: 'unexpected token at line 3 column 6' },
  { text: '{"a"}', says: 'unexpected token at line 1 column 5' },
  { text: '{a:1}', says: 'unexpected token at line 1 column 2' },
  { text: '[1}', says: 'unexpected token at line 1 column 3' },
  { text: '01', says: 'unexpected token at line 1 column 2' },
  { text: 'nul', says: 'unexpected token at line 1 column 1' },
  { text: 'true false', says: 'unexpected token at line 1 column 6' },
  { text: '["secret', says: 'an unclosed string at line 1 column 2' },
  { text: '["a\nb"]', says: 'a control character in a string at line 1 column 4' },
  { text: '["\\x"]', says: 'a wrong escape in a string at line 1 column 3' },
  { text: '["\\u12g4"]', says: 'a wrong escape in a string at line 1 column 3' },
  { text: '[[1,2],{"b":[]}', says: 'unexpected end at line 1 column 16' },
]
for (const { text, says } of faults)
  test(`what is not JSON is MALFORMED, with its place and none of its content: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => read(text),
      (error: SluiceError) => {
        assert.deepEqual([error.code, error.message, error.cause], ['MALFORMED', `reading the body as JSON: ${says}`, undefined])
        return true
      },
    )
  })

test('a fault is found in every text that JSON.parse refuses', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', 'true', '-', '"', '\\', ' ', 'e', '.'), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(pieces, parts => {
      const text = parts.join('')
      let valid = true
      try {
        JSON.parse(text)
      } catch {
        valid = false
      }
      if (valid) assert.doesNotThrow(() => read(text))
      else if (text !== '') assert.throws(() => read(text), { code: 'MALFORMED' })
    }),
    { seed: 2, numRuns: 3000 },
  )
})

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
test('64 levels are read, 65 are MALFORMED; brackets in strings are no levels', () => {
  assert.deepEqual(read(nested(64)), JSON.parse(nested(64)))
  assert.throws(() => read(nested(65)), { code: 'MALFORMED', message: /nested deeper than 64 levels at line 1 column 65$/ })
  assert.throws(() => read(nested(65), exact), { code: 'MALFORMED' })
  assert.deepEqual(read(JSON.stringify(['['.repeat(100), '\\"[', '"'])), ['['.repeat(100), '\\"[', '"'])
})

test('100,000 values are read, one more is MALFORMED', () => {
  assert.equal((read(`[${'1,'.repeat(99_998)}1]`) as unknown[]).length, 99_999)
  assert.throws(() => read(`[${'1,'.repeat(99_999)}1]`), { code: 'MALFORMED', message: /more than 100000 values$/ })
  assert.equal((read(`[${'[ ],'.repeat(99_998)}1]`) as unknown[]).length, 99_999)
  assert.throws(() => read(`[${'{},'.repeat(99_999)}1]`), { code: 'MALFORMED' })
})

const numbers = [
  { text: '9007199254740991', fits: true },
  { text: '-9007199254740991', fits: true },
  { text: '9007199254740992', fits: false },
  { text: '-12345678901234567890', fits: false },
  { text: '123456789012345678.5', fits: false },
  { text: '1.12345678901234567890', fits: true },
  { text: '1e300', fits: true },
  { text: '1e400', fits: false },
  { text: '-1E+999', fits: false },
  { text: '1e-400', fits: true },
  { text: '"12345678901234567890"', fits: true },
]
for (const { text, fits } of numbers)
  test(`a number that a double cannot hold is NUMBER_PRECISION: ${text} ${fits ? 'can' : 'cannot'} be held`, () => {
    const body = `{"a": [${text}, 1]}`
    if (fits) assert.deepEqual(read(body), JSON.parse(body))
    else
      assert.throws(() => read(body), {
        code: 'NUMBER_PRECISION',
        message: 'reading the body as JSON: a number that cannot be held exactly at line 1 column 8',
      })
  })

test('`numbers: text` keeps every number as it was written, also deep in a large body', () => {
  assert.deepEqual(read('{"a":12345678901234567890,"b":[1.50,1e400,"x",true,null]}', exact), {
    a: '12345678901234567890',
    b: ['1.50', '1e400', 'x', true, null],
  })
  assert.deepEqual(read(`[${'[1],'.repeat(70)}12345678901234567]`, exact), [
    ...Array.from({ length: 70 }, () => ['1']),
    '12345678901234567',
  ])
})

test('a body that is broken and holds a large number is MALFORMED', () => {
  assert.throws(() => read('[12345678901234567890'), { code: 'MALFORMED' })
})

test('__proto__ is a name like any other', () => {
  for (const by of [format, exact]) {
    const value = read('{"__proto__":{"admin":true}}', by)
    assert.ok(Object.hasOwn(value as object, '__proto__'))
    assert.equal((value as { admin?: unknown }).admin, undefined)
  }
})

test('bytes and files, also inside a value, and values in themselves are not written as JSON', () => {
  assert.equal(written({ a: {}, b: [{ '0': 1 }], c: 'Buffer' }), '{"a":{},"b":[{"0":1}],"c":"Buffer"}')
  const loop: { [key: string]: never } = {}
  Object.assign(loop, { loop })
  const inside = [new Uint8Array(0), new Uint8Array(2), Buffer.from('x'), new Blob(['x'])].map(
    content => ({ files: [{ content }] }) as unknown as Body,
  )
  for (const value of [new Uint8Array(2), new Blob(['x']), loop, ...inside]) assert.throws(() => format.encode(value), { code: 'INTERNAL' })
})
