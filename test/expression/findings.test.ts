import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compile } from '../../engine/expression/expression.ts'

interface Case {
  readonly name: string
  readonly source: string
  readonly rule: string
  /** The part of the source that the finding points at begins so. */
  readonly at: string
  readonly message?: string
  readonly hint?: string
  readonly severity?: 'warning'
  /** It cannot run at all. */
  readonly refused?: boolean
}

const cases: readonly Case[] = [
  { name: 'what cannot be read', source: 'a +', rule: 'expression-syntax', at: '', refused: true },
  { name: 'a bracket too many', source: '(a))', rule: 'expression-syntax', at: ')', refused: true },
  {
    name: 'a variable that nothing binds',
    source: 'a & $custmer',
    rule: 'unknown-variable',
    at: '$custmer',
    message: '$custmer is not bound here',
    hint: 'did you mean $customer?',
  },
  {
    name: 'a function that does not exist',
    source: '$uppercas(a)',
    rule: 'unknown-function',
    at: '$uppercas',
    message: 'there is no function $uppercas',
    hint: 'did you mean $uppercase?',
  },
  { name: 'a forgotten $', source: 'a & sum(b)', rule: 'unknown-function', at: 'sum', hint: 'write $sum(…)' },
  {
    name: 'too many arguments',
    source: '$uppercase(a, b)',
    rule: 'expression-arguments',
    at: '$uppercase',
    message: '$uppercase takes 0 to 1 argument, not 2',
  },
  {
    name: 'too few arguments',
    source: '$append(a)',
    rule: 'expression-arguments',
    at: '$append',
    message: '$append takes 2 arguments, not 1',
  },
  { name: 'arguments before ~> count', source: 'a ~> $substring(1, 2, 3)', rule: 'expression-arguments', at: '$substring' },
  { name: '$eval', source: '$eval("1")', rule: 'refused-function', at: '$eval', refused: true },
  { name: '$error', source: 'a ? $error("no") : b', rule: 'refused-function', at: '$error', hint: 'write a step `fail`', refused: true },
  { name: '$assert', source: '$assert(a, "no")', rule: 'refused-function', at: '$assert', refused: true },
  { name: '$error after ~>', source: 'a ~> $error("no")', rule: 'refused-function', at: '$error', refused: true },
  { name: '$error as a function after ~>', source: 'a ~> $error', rule: 'refused-function', at: '$error', refused: true },
  { name: '$error with arguments to come', source: '$map(a, $error(?))', rule: 'refused-function', at: '$error', refused: true },
  { name: '$error in a path', source: 'a.$error("no")', rule: 'refused-function', at: '$error', refused: true },
  { name: '$error where it is called last', source: 'function($n) { $error($n) }', rule: 'refused-function', at: '$error', refused: true },
  {
    name: 'a value that is called',
    source: '$customer(a)',
    rule: 'unknown-function',
    at: '$customer',
    message: '$customer is a value, and a value cannot be called',
  },
  { name: 'a function after ~> that does not exist', source: 'a ~> $uppercas(1)', rule: 'unknown-function', at: '$uppercas' },
  { name: 'look-around', source: '$match(a, /(?=b)/)', rule: 'refused-regex', at: '/(?=b)/', refused: true },
  { name: 'a back-reference', source: '$match(a, /(b)\\1/)', rule: 'refused-regex', at: '/(b)', refused: true },
  {
    name: 'a regular expression that is too large',
    source: '$match(a, /[a-z]{2,900}/)',
    rule: 'refused-regex',
    at: '/[a-z]',
    refused: true,
  },
  { name: 'a picture of numbers that is wrong', source: '$formatNumber(a, "0.0.0")', rule: 'wrong-picture', at: '"0.0.0"' },
  { name: 'a picture of dates that is wrong', source: '$fromMillis(a, "[Q]")', rule: 'wrong-picture', at: '"[Q]"' },
  { name: 'a picture of $now that is wrong', source: '$now("[Y")', rule: 'wrong-picture', at: '"[Y"' },
  {
    name: 'a picture with a letter that is no part of a time',
    source: '$now("[yyyy]-[M01]")',
    rule: 'wrong-picture',
    at: '"[yyyy]',
    message: 'the picture given to $now has [y…] in it, which is no part of a time',
    severity: 'warning',
  },
  {
    name: 'a picture without any part of a time',
    source: '$dateFormat(a, "YYYY-MM-DD [[")',
    rule: 'wrong-picture',
    at: '"YYYY',
    message: 'the picture given to $dateFormat has nothing in [ ], and is the same for every time',
    hint: 'write it as [Y0001]-[M01]-[D01]',
    severity: 'warning',
  },
  { name: 'a key that is written twice', source: '{"a": b, "a": c}', rule: 'duplicate-key', at: '"a": c' },
  { name: '$clone bound to something else', source: '($clone := a; $clone)', rule: 'clone-rebound', at: '$clone :=', severity: 'warning' },
  { name: 'a condition that is always the same', source: '1 = 1 ? a : b', rule: 'constant-condition', at: '', severity: 'warning' },
  { name: 'a header with a hyphen', source: '$headers.x-id', rule: 'hyphen-name', at: 'x-id', hint: 'write $headers.`x-id`' },
  { name: 'a constant that always fails', source: '1 + "a"', rule: 'always-fails', at: '1 + "a"' },
  { name: 'a source that is too long', source: `"${'a'.repeat(20_000)}"`, rule: 'expression-size', at: 'a', refused: true },
  { name: 'brackets nested too deeply', source: `${'['.repeat(300)}${']'.repeat(300)}`, rule: 'expression-size', at: '[', refused: true },
]

describe('a finding for', () => {
  for (const { name, source, rule, at, message, hint, severity, refused } of cases)
    test(name, () => {
      const { expression, findings } = compile(source, { variables: ['customer', 'headers', 'id', 'error'] })
      const finding = findings.find(one => one.rule === rule)
      assert.ok(finding, `found only ${findings.map(one => one.rule).join() || 'nothing'}`)
      assert.equal(findings.length, 1, findings.map(one => `${one.rule}: ${one.message}`).join('; '))
      assert.equal(finding.severity, severity ?? 'error')
      assert.ok(source.startsWith(at, finding.offset), `points at "${source.slice(finding.offset, finding.offset + 20)}"`)
      if (message !== undefined) assert.equal(finding.message, message)
      if (hint !== undefined) assert.equal(finding.hint, hint)
      assert.equal(expression === undefined, refused === true)
    })
})

const clean: readonly string[] = [
  'total-discount',
  '$headers.`x-id`',
  '($f := function($n) { $n = 0 ? 1 : $f($n - 1) }; $f(total))',
  'items@$i#$p[$p > 0].{"name": $i.name}',
  'a.b@$o{$string($o): $o}',
  'a ?? b ?? c',
  'a ? a : b',
  '$map(a, $uppercase)',
  'a.$uppercase()',
  '"text" ~> $substring(1)',
  '$replace(a, /b+/, function($m) { $m.match })',
  '$formatNumber(a, "#,##0.00;(#,##0.00)")',
  '$formatNumber(a, "0 000", {"grouping-separator": " "})',
  '$fromMillis(a, "[[[Y0001] [ M01]]] [FNn,3-3] week [W] [h]:[m01] [PN] [Z01:01t]")',
  '{"a": 1, $string(b): 2}',
  '$error.code = "TIMEOUT" and $exists($error)',
  '($error := function($n) { $n + 1 }; $error(a))',
  '($headers := $uppercase; a ~> $headers)',
]
for (const source of clean)
  test(`nothing is said about ${source}`, () => assert.deepEqual(compile(source, { variables: ['headers', 'error'] }).findings, []))

test('an unknown name is nothing in an expression that still runs', () => {
  const { expression } = compile('{"a": 1, "b": $unknown}')
  assert.deepEqual(expression?.evaluate({}, { get: () => 7 }), { a: 1 })
})
