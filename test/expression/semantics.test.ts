import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { Fault } from '../../engine/expression/errors.ts'
import { compile } from '../../engine/expression/expression.ts'

const none = { get: (): undefined => undefined }

function evaluate(source: string, body: unknown = {}): unknown {
  const { expression, findings } = compile(source)
  assert.ok(expression, `${source}: ${findings.map(finding => finding.message).join()}`)
  return expression.evaluate(body, none)
}

function codeOf(source: string, body: unknown): string {
  try {
    return `no error, but ${JSON.stringify(evaluate(source, body))}`
  } catch (error) {
    assert.ok(error instanceof SluiceError && error.cause instanceof Fault)
    return error.cause.code
  }
}

interface Case {
  readonly name: string
  readonly source: string
  readonly body?: unknown
  readonly want: unknown
}

const order = {
  lines: [
    { sku: 'a', qty: 2 },
    { sku: 'b', qty: 1 },
    { sku: 'a', qty: 5 },
  ],
  single: [{ sku: 'z' }],
}

const values: Readonly<Record<string, readonly Case[]>> = {
  sequences: [
    { name: 'no item is nothing', source: 'lines[qty > 9].sku', body: order, want: undefined },
    { name: 'one item is the item', source: 'lines[qty > 4].sku', body: order, want: 'a' },
    { name: 'one item stays a list where [] asks for it', source: 'lines[qty > 4].sku[]', body: order, want: ['a'] },
    { name: 'an array of one in the input stays an array', source: 'single', body: order, want: [{ sku: 'z' }] },
    { name: 'a path over it gives the one item', source: 'single.sku', body: order, want: 'z' },
    { name: 'nested sequences lose one level for each node around', source: '$map([1, 2], function($i) { [$i] })', want: [[1], [2]] },
    { name: 'a tail call collapses nothing', source: '$map([1, 2], function($i) { $keys({"a": 1}) })', want: [['a'], ['a']] },
  ],
  paths: [
    { name: 'each step flattens by one level', source: 'a.b', body: { a: [{ b: [1, 2] }, { b: [3] }] }, want: [1, 2, 3] },
    { name: 'a name in quotes keeps its predicate over one thing', source: '"a"[b > 1].b', body: { a: { b: 1 } }, want: undefined },
    {
      name: 'a name in quotes keeps its predicate over a list',
      source: 'c."a"[b > 1].b',
      body: { c: [{ a: { b: 1 } }, { a: { b: 2 } }] },
      want: 2,
    },
    { name: 'an array constructor at the last step does not flatten', source: 'lines.[sku]', body: order, want: [['a'], ['b'], ['a']] },
    {
      name: 'an array constructor at the first step is made once',
      source: '[lines.sku, "c"].($)',
      body: order,
      want: ['a', 'b', 'a', 'c'],
    },
    { name: 'an array in an array constructor stays', source: '[[1]]', want: [[1]] },
    { name: 'a sequence in an array constructor is spread', source: '[lines.sku]', body: order, want: ['a', 'b', 'a'] },
    { name: 'a body that is an array counts as one item', source: '$count($)', body: [1, 2, 3], want: 3 },
    { name: '$$ is the array', source: '$$', body: [1, 2], want: [1, 2] },
    { name: 'a leading name maps over it', source: 'a', body: [{ a: 1 }, { a: 2 }], want: [1, 2] },
    { name: 'an empty array in the input is itself', source: 'a', body: { a: [] }, want: [] },
    { name: 'a path begins again at the context', source: 'lines.(sku & $string($$.single.sku))', body: order, want: ['az', 'bz', 'az'] },
  ],
  predicates: [
    { name: 'a number is an index', source: 'lines[1].sku', body: order, want: 'b' },
    { name: 'an index is counted from the end where it is negative', source: 'lines[-1].qty', body: order, want: 5 },
    { name: 'an index is rounded down', source: 'lines[1.9].sku', body: order, want: 'b' },
    { name: 'a list of numbers picks several', source: 'lines[[0, 2]].qty', body: order, want: [2, 5] },
    { name: 'an index of a nested array gives that array', source: '[[1, 2], [3]][0]', want: [1, 2] },
    { name: 'anything else is a truth value', source: 'lines[sku = "a"].qty', body: order, want: [2, 5] },
  ],
  nothing: [
    { name: 'calculating with nothing gives nothing', source: 'missing + 1', want: undefined },
    { name: 'comparing with nothing gives nothing', source: 'missing < 1', want: undefined },
    { name: '= with nothing is false', source: 'missing = missing', want: false },
    { name: '!= with nothing is false too', source: 'missing != 1', want: false },
    { name: '& takes it for an empty text', source: '"a" & missing', want: 'a' },
    { name: '$not of nothing is nothing', source: '$not(missing)', want: undefined },
    { name: 'a key without a value is left out', source: '{"a": missing, "b": 1}', want: { b: 1 } },
    { name: '?? gives what stands after it', source: 'missing ?? 1', want: 1 },
    { name: '?? keeps false', source: 'a ?? 1', body: { a: false }, want: false },
    { name: '?: replaces false', source: 'a ?: 1', body: { a: false }, want: 1 },
  ],
  truth: [
    {
      name: 'empty things, zero, null and functions are false',
      source: '[[], {}, "", 0, null, $sum].$boolean($)',
      want: [false, false, false, false, false, false],
    },
    { name: 'a list is true if any member is', source: '$boolean([0, "", 1])', want: true },
    { name: 'a list of falses is false', source: '$boolean([0, ""])', want: false },
  ],
  numbers: [
    { name: 'text has 15 significant digits', source: '$string(0.1 + 0.2)', want: '0.3' },
    { name: 'the number itself has all of them', source: '0.1 + 0.2', want: 0.30000000000000004 },
    { name: '$round rounds half to even', source: '[$round(2.5), $round(3.5), $round(1.005, 2), $round(25, -1)]', want: [2, 4, 1, 20] },
    { name: 'minus zero is zero as text', source: '$string(-0)', want: '0' },
  ],
  groups: [
    { name: 'equal keys merge their items', source: 'lines{sku: $sum(qty)}', body: order, want: { a: 7, b: 1 } },
    { name: 'keys like integers come first', source: '$keys({"b": 1, "2": 1, "1": 1})', want: ['1', '2', 'b'] },
    { name: 'an object over one thing is simply made', source: '{"sku": single.sku}', body: order, want: { sku: 'z' } },
    { name: 'grouping nothing leaves the input alone', source: '[a{"k": $}, a]', body: { a: [] }, want: [{}] },
  ],
  functions: [
    { name: '- in a signature takes the context', source: 'a.$uppercase()', body: { a: 'abc' }, want: 'ABC' },
    { name: '$substring counts code points', source: '$substring("a😀b", 1, 1)', want: '😀' },
    { name: '$length counts code points', source: '$length("a😀b")', want: 3 },
    { name: '$pad counts code points', source: '$pad("😀", 3, "-")', want: '😀--' },
    { name: '$string of a function is empty', source: '$string($sum)', want: '' },
    { name: '$distinct compares deeply', source: '$distinct([{"a": 1}, {"a": 1}, 1, 1])', want: [{ a: 1 }, 1] },
    { name: '= compares deeply', source: '{"a": [1], "b": 2} = {"b": 2, "a": [1]}', want: true },
    { name: 'a function gets as many arguments as it takes', source: '$map(["a", "b"], function($v, $i) { $v & $i })', want: ['a0', 'b1'] },
    { name: '$sort swaps where its function says true', source: '$sort([3, 1, 2], function($a, $b) { $a < $b })', want: [3, 2, 1] },
    {
      name: '$sort with a function works in tail position',
      source: '(function($l) { $sort($l, function($a, $b) { $a > $b }) })([2, 1])',
      want: [1, 2],
    },
    { name: 'a partial application waits for the rest', source: '($half := $power(?, 0.5); $half(9))', want: 3 },
    { name: '~> chains functions', source: '($both := $trim ~> $uppercase; $both(" a "))', want: 'A' },
    { name: 'a tail call needs no stack', source: '($f := function($n) { $n = 0 ? "done" : $f($n - 1) }; $f(5000))', want: 'done' },
    { name: 'a predicate after a call in tail position is the call’s', source: '(function($l) { ($reverse($l))[0] })([1, 2])', want: 2 },
    { name: 'a function is no result', source: '[$sum, {"f": $sum}]', want: [null, {}] },
    { name: 'a function alone is nothing', source: '$sum', want: undefined },
  ],
  order: [
    { name: 'ties keep their order', source: 'lines^(sku).qty', body: order, want: [2, 5, 1] },
    { name: '> sorts downwards', source: 'lines^(>qty).qty', body: order, want: [5, 2, 1] },
    { name: 'missing keys are last', source: '[{"a": 2}, {}, {"a": 1}]^(a).$string()', want: ['{"a":1}', '{"a":2}', '{}'] },
    { name: 'missing keys are last downwards too', source: '[{"a": 1}, {}, {"a": 2}]^(>a).$string()', want: ['{"a":2}', '{"a":1}', '{}'] },
  ],
  tuples: [
    {
      name: '@ binds the item and keeps the context',
      source: 'lines@$l.single.{"l": $l.sku, "s": sku}',
      body: order,
      want: [
        { l: 'a', s: 'z' },
        { l: 'b', s: 'z' },
        { l: 'a', s: 'z' },
      ],
    },
    { name: '# binds the position', source: 'lines#$i.(sku & $i)', body: order, want: ['a0', 'b1', 'a2'] },
    {
      name: '% is the step before',
      source: 'a.b.{"own": n, "above": %.n}',
      body: { a: { n: 1, b: [{ n: 2 }] } },
      want: { own: 2, above: 1 },
    },
    {
      name: '% works in a predicate behind a block',
      source: '(a.b)[%.n = 1].n',
      body: {
        a: [
          { n: 1, b: { n: 2 } },
          { n: 3, b: { n: 4 } },
        ],
      },
      want: 2,
    },
  ],
  names: [
    { name: 'a name that is not bound yet means what it means outside', source: '($a := 1; ($b := $a; $a := 2; [$b, $a]))', want: [1, 2] },
    { name: 'what a block binds ends with it', source: '($a := 1; ($a := 2); $a)', want: 1 },
    { name: 'a built-in function may be hidden', source: '($sum := function($l) { 7 }; $sum([1]))', want: 7 },
    { name: 'a function sees what is bound after it', source: '($f := function() { $g() }; $g := function() { 1 }; $f())', want: 1 },
    { name: 'a parameter named twice has its last value', source: '(function($x, $x) { $x })(1, 2)', want: 2 },
    {
      name: 'a name bound in an order or a group of tuples is the tuple’s',
      source: 'lines@$l^(($k := $l.qty; $k)).{"q": ($n := $l.qty; $n)}.q',
      body: order,
      want: [1, 2, 5],
    },
    { name: 'a missing argument hides the outer name', source: '($x := 1; (function($x) { $exists($x) })())', want: false },
  ],
  keys: [
    { name: 'only own keys are read', source: '[constructor, toString, __proto__, hasOwnProperty]', body: {}, want: [] },
    {
      name: 'own keys of such names are',
      source: '[constructor, `__proto__`]',
      body: JSON.parse('{"constructor": 1, "__proto__": 2}'),
      want: [1, 2],
    },
    {
      name: '$keys lists __proto__ like any other',
      source: '$keys($)',
      body: JSON.parse('{"__proto__": 1, "a": 2}'),
      want: ['__proto__', 'a'],
    },
  ],
}

for (const [group, cases] of Object.entries(values))
  describe(group, () => {
    for (const { name, source, body, want } of cases) test(name, () => assert.deepEqual(evaluate(source, body), want))
  })

test('a key __proto__ is written as a key, and nothing inherits from it', () => {
  const result = evaluate('{"__proto__": {"polluted": true}}')
  assert.ok(typeof result === 'object' && result !== null)
  assert.deepEqual(Object.keys(result), ['__proto__'])
  assert.equal(Object.getPrototypeOf(result), Object.prototype)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('the last step gives the very list of the input, and the input is never changed', () => {
  const list = Object.freeze([1, 2])
  const body = Object.freeze({ a: Object.freeze({ b: list }) })
  assert.equal(evaluate('a.b', body), list)
  assert.equal(evaluate('$', body), body)
  assert.deepEqual(evaluate('$ ~> |a|{"b": 3}|', body), { a: { b: 3 } })
  assert.deepEqual(list, [1, 2])
})

test('results are ordinary objects and lists without flags', () => {
  const result = evaluate('{"list": lines.sku, "group": lines{sku: qty}}', order)
  assert.ok(typeof result === 'object' && result !== null && 'list' in result && Array.isArray(result.list))
  assert.deepEqual(Object.getOwnPropertySymbols(result.list), [])
  assert.equal(Object.getPrototypeOf(result), Object.prototype)
})

test('?: and ?? evaluate their left side once', () => {
  assert.equal(evaluate('$replace("xyz", /y/, "-") ?? "w"'), 'x-z')
  assert.equal(evaluate('$match("xyz", /y/).match ?: "w"'), 'y')
})

const failures: readonly { readonly name: string; readonly source: string; readonly body?: unknown; readonly code: string }[] = [
  { name: 'infinity fails at its next use', source: 'a / 0 + 1', body: { a: 1 }, code: 'D1001' },
  { name: 'infinity is no result', source: 'a / 0', body: { a: 1 }, code: 'D1001' },
  { name: 'keys from two pairs must not be the same', source: 'a{k: 1, l: 2}', body: { a: [{ k: 'x', l: 'x' }] }, code: 'D1009' },
  { name: 'a key must be a text', source: '{a: 1}', body: { a: 1 }, code: 'T1003' },
  { name: 'keys that JSONata reserves are refused', source: '{"_jsonata_lambda": a}', code: 'D1013' },
  { name: 'a text cannot be added', source: 'a + 1', body: { a: 'x' }, code: 'T2001' },
  { name: 'a text and a number cannot be compared', source: 'a < 1', body: { a: 'x' }, code: 'T2009' },
  { name: 'a field cannot be called', source: 'sum(a)', body: { a: [1] }, code: 'T1005' },
  { name: 'a missing key cannot be sorted with another type', source: 'a^(k)', body: { a: [{ k: 1 }, { k: 'x' }] }, code: 'T2007' },
  { name: 'a transform cannot change what it did not copy', source: '$ ~> |$$.a|{"b": 2}|', body: { a: { b: 1 } }, code: 'U1007' },
  { name: 'of two failures the first is reported', source: '{"a": a + "x", "b": -"x"}', body: { a: 1 }, code: 'T2002' },
]
for (const { name, source, body, code } of failures) test(name, () => assert.equal(codeOf(source, body ?? {}), code))

test('an error says where and what kind of thing it got, never the value', () => {
  const { expression } = compile('total\n  + secret')
  assert.ok(expression)
  assert.throws(() => expression.evaluate({ total: 1, secret: 'hunter2' }, none), {
    name: 'SluiceError',
    code: 'EXPRESSION',
    message: 'the right side of + must be a number, not a text, at 2:3 of the expression',
  })
})
