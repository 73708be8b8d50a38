import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '../../engine/config/node.ts'
import { parse } from '../../engine/config/parse.ts'
import { sourceFile } from '../../engine/config/position.ts'
import { places } from './loading.ts'

const read = (text: string): ReturnType<typeof parse> => parse(sourceFile('config.yaml', '/config.yaml', text))

const values = [
  { name: 'YAML 1.2: yes, no, on, off are text', text: 'a: [yes, no, on, off, y]', want: { a: ['yes', 'no', 'on', 'off', 'y'] } },
  { name: 'dates and times are text', text: 'a: 2013-09-06\nb: 12:30:45', want: { a: '2013-09-06', b: '12:30:45' } },
  { name: 'numbers of the core schema', text: 'a: [1, -2, +3, 0x1F, 0o17, 1.5, .5, 1e3]', want: { a: [1, -2, 3, 31, 15, 1.5, 0.5, 1000] } },
  { name: 'null and booleans', text: 'a: [null, ~, true, False, TRUE]\nb:', want: { a: [null, null, true, false, true], b: null } },
  { name: 'a quoted scalar is text', text: 'a: "1"\nb: \'true\'', want: { a: '1', b: 'true' } },
  { name: 'a directive does not change what scalars are', text: '%YAML 1.1\n---\na: yes', want: { a: 'yes' } },
  { name: 'keys are text', text: '404: a\ntrue: b\n"x y": c', want: { 404: 'a', true: 'b', 'x y': 'c' } },
  { name: 'anchors are values written once', text: 'a: &x { b: 1 }\nc: *x', want: { a: { b: 1 }, c: { b: 1 } } },
  { name: 'an explicit tag of the core schema', text: 'a: !!str 404\nb: !!int "7"', want: { a: '404', b: 7 } },
  { name: '__proto__ is a key like any other', text: '__proto__: { a: 1 }', want: JSON.parse('{"__proto__":{"a":1}}') },
  { name: 'an expression with braces in a block', text: 'a: ${{ {"x": {"y": 1}} }}', want: undefined },
  { name: 'an expression in a block scalar', text: 'a: |\n  ${{ {"x": 1} }}', want: { a: '${{ {"x": 1} }}\n' } },
]
for (const { name, text, want } of values)
  test(`parse: ${name}`, () => {
    const { root } = read(text).value
    assert.deepEqual(root === undefined ? undefined : plain(root), want)
  })

const faults = [
  { name: 'a duplicate key, at the second', text: 'a: 1\nb: 2\na: 3', want: ['3:1 duplicate-key'] },
  { name: 'a merge key', text: 'a: &x { b: 1 }\nc:\n  <<: *x\n  d: 1', want: ['3:3 merge-key'] },
  { name: 'a custom tag, at the tag', text: 'a: !secret x', want: ['1:4 custom-tag'] },
  { name: 'two documents, at the second', text: 'a: 1\n---\nb: 1', want: ['2:1 yaml-syntax'] },
  { name: 'a tab', text: 'a:\n\tb: 1', want: ['2:1 yaml-syntax'] },
  { name: 'a quote that never closes, where it opens', text: 'a:\n  b: "x\n  c: 1\n', want: ['2:6 yaml-syntax'] },
  { name: 'a colon in a text, at the colon', text: 'a: no rate: ask', want: ['1:11 yaml-syntax'] },
  { name: 'an alias inside its own anchor', text: 'a: &x [*x]', want: ['1:8 yaml-syntax'] },
  { name: 'many faults of syntax are told as one', text: '- a\nb: 1\nc: : d', want: ['2:1 yaml-syntax'] },
  { name: 'text cut at a number sign', text: 'a:\n  b: total #${{ n }}', want: ['2:6 text-cut'] },
  { name: 'an expression cut at a number sign', text: 'a: ${{ b #c }}', want: ['1:4 text-cut'] },
  { name: 'an expression in a comment', text: 'a: 1\n# b: ${{ c }}', want: ['2:1 comment-expression'] },
  { name: 'an expression behind a quoted scalar', text: 'a: "b" # ${{ c }}', want: ['1:8 comment-expression'] },
  { name: 'an expression in a flow map', text: 'a: { b: "${{ c }}" }', want: ['1:4 flow-expression'] },
  { name: 'one that breaks the flow map it is in', text: 'a: { b: ${{ c }} }\nd: 1', want: ['1:4 flow-expression'] },
  { name: 'a number sign without a blank before it, and comments', text: 'a: total#1 # see b\n# c', want: [] },
]
for (const { name, text, want } of faults) test(`parse: ${name}`, () => assert.deepEqual(places(read(text).findings), want))

test('parse: a hundred aliases are taken, one more is not', () => {
  const text = (aliases: number): string => `a: &x 1\nb: [${Array(aliases).fill('*x').join(', ')}]`
  assert.deepEqual(read(text(100)).findings, [])
  assert.deepEqual(places(read(text(101)).findings), ['2:4 alias-limit'])
})

test('parse: aliases of aliases do not make a document of millions of values', () => {
  const level = (name: string, of: string): string => `${name}: &${name} [${Array(20).fill(`*${of}`).join(', ')}]`
  const text = ['a: &a [1, 2, 3]', level('b', 'a'), level('c', 'b'), level('d', 'c'), level('e', 'd')].join('\n')
  assert.deepEqual(places(read(text).findings), ['5:7 alias-limit'])
})

test('parse: nesting without end is a finding', () => {
  const [finding] = read('['.repeat(50_000)).findings
  assert.equal(finding?.rule, 'yaml-syntax')
})

test('parse: ten thousand keys of one map are read in linear time', () => {
  const keys = (count: number): string => Array.from({ length: count }, (_, at) => `key${at}: ${at}`).join('\n')
  /** Milliseconds of the processor: others may have it in between. */
  const time = (text: string): number => {
    const times = Array.from({ length: 3 }, () => {
      const start = process.cpuUsage()
      read(text)
      return process.cpuUsage(start).user / 1000
    })
    return Math.min(...times)
  }
  time(keys(2_000))
  // quadratic would be 25 times as long
  assert.ok(time(keys(20_000)) < 25 * 0.8 * Math.max(time(keys(4_000)), 5))
})

function plain(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plain)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]))
}
