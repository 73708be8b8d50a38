import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret } from '../../engine/core/secret.ts'
import { compile } from '../../engine/expression/expression.ts'

const none = { get: (): undefined => undefined }

interface Reading {
  readonly source: string
  readonly body: 'nothing' | 'everything' | readonly string[]
  readonly variables?: readonly string[]
  readonly kind?: 'constant' | 'pure' | 'clock'
}

const readings: readonly Reading[] = [
  { source: 'a.b & c', body: ['a', 'c'] },
  { source: '$.a', body: ['a'] },
  { source: '$$.a[$$.b = 1].c', body: ['a', 'b'] },
  { source: 'a[b = 1]{c: d}', body: ['a'] },
  { source: '{"x": a, "y": $map(b, function($i) { c })}', body: ['a', 'b', 'c'] },
  { source: '$', body: 'everything' },
  { source: '**.a', body: 'everything' },
  { source: '$uppercase()', body: 'everything' },
  { source: '$substring($id, 1)', body: 'everything', variables: ['id'] },
  { source: '$formatNumber($id, "0000")', body: 'nothing', variables: ['id'], kind: 'pure' },
  { source: '$id', body: 'nothing', variables: ['id'], kind: 'pure' },
  { source: '($id := 1; $id)', body: 'nothing', variables: ['id'], kind: 'pure' },
  { source: '1 + 1', body: 'nothing', kind: 'constant' },
  { source: '"a" ~> $uppercase', body: 'nothing', kind: 'constant' },
  { source: '$now()', body: 'nothing', kind: 'clock' },
  { source: '[$uuid(), $random()]', body: 'nothing', kind: 'clock' },
  { source: 'a ~> $shuffle', body: ['a'], kind: 'clock' },
]
describe('an expression tells what it reads', () => {
  for (const { source, body, variables, kind } of readings)
    test(source, () => {
      const { expression } = compile(source, { variables: ['id', 'other'] })
      assert.ok(expression)
      assert.deepEqual(expression.reads.body, body)
      assert.deepEqual([...expression.reads.variables], variables ?? [])
      assert.equal(expression.kind, kind ?? 'pure')
    })
})

test('variables come from outside, and win over built-in functions', () => {
  const { expression } = compile('[$id, $sum]', { variables: new Set(['id', 'sum']) })
  assert.deepEqual(expression?.evaluate({}, { get: name => `the ${name}` }), ['the id', 'the sum'])
})

test('a constant is evaluated once, and cannot be changed', () => {
  const { expression } = compile('{"a": [1, 2]}')
  const first = expression?.evaluate({}, none)
  assert.equal(expression?.evaluate({ b: 1 }, none), first)
  assert.ok(Object.isFrozen(first))
})

test('the answer is a value, never a promise', () => {
  assert.equal(compile('$sum(a)').expression?.evaluate({ a: [1, 2] }, none), 3)
})

test('time stands still during one evaluation, and is what the ambient clock says', () => {
  const ambient = { now: () => Date.UTC(2024, 4, 6, 7, 8, 9), uuid: () => 'the-uuid' }
  const { expression } = compile('{"now": $now(), "day": $now("[Y0001]-[M01]-[D01]"), "millis": $millis(), "id": $uuid()}', { ambient })
  assert.deepEqual(expression?.evaluate(undefined, none), {
    now: '2024-05-06T07:08:09.000Z',
    day: '2024-05-06',
    millis: Date.UTC(2024, 4, 6, 7, 8, 9),
    id: 'the-uuid',
  })
})

test('a secret is handed on whole, and prints as ***', () => {
  const secret = new Secret('hunter2')
  const variables = { get: () => secret }
  assert.equal(compile('$key', { variables: ['key'] }).expression?.evaluate({}, variables), secret)
  assert.equal(compile('"key " & $key', { variables: ['key'] }).expression?.evaluate({}, variables), 'key ***')
  assert.equal(compile('$string({"k": $key})', { variables: ['key'] }).expression?.evaluate({}, variables), '{"k":"***"}')
  assert.equal(compile('$key.reveal', { variables: ['key'] }).expression?.evaluate({}, variables), undefined)
})

test('a file is handed on whole, and tells its type and size', () => {
  const file = new File(['hello'], 'a.txt', { type: 'text/plain' })
  const { expression } = compile('{"file": a, "about": a.(name & " " & type & " " & $string(size)), "inside": a.text}')
  assert.deepEqual(expression?.evaluate({ a: file }, none), { file, about: 'a.txt text/plain 5' })
})

test('a budget can be made smaller', () => {
  const { expression } = compile('[1..n]', { budget: { bytes: 1000 } })
  assert.deepEqual(expression?.evaluate({ n: 3 }, none), [1, 2, 3])
  assert.throws(() => expression?.evaluate({ n: 1000 }, none), { code: 'EXPRESSION', message: /more memory/ })
})

test('a result that is too large is refused, shared parts counted every time', () => {
  const { expression } = compile('[a, a, a]', { budget: { output: 1000 } })
  assert.throws(() => expression?.evaluate({ a: 'x'.repeat(400) }, none), { message: /result of the expression is too large/ })
})
