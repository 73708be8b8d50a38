// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are scalars of the language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scan, type TemplatePart } from '../../engine/expression/template.ts'

const text = (literal: string, offset: number): TemplatePart => ({ kind: 'text', text: literal, offset })
const expression = (source: string, offset: number): TemplatePart => ({ kind: 'expression', source, offset })

const splits: readonly { readonly name: string; readonly scalar: string; readonly want: readonly TemplatePart[] }[] = [
  { name: 'a text without an expression is one text', scalar: 'hello', want: [text('hello', 0)] },
  { name: 'an empty text has no part', scalar: '', want: [] },
  { name: 'white space around one whole expression does not count', scalar: ' \n${{ a }}\n', want: [expression('a', 6)] },
  { name: 'a text around keeps its blanks', scalar: 'a ${{ b }} c', want: [text('a ', 0), expression('b', 6), text(' c', 10)] },
  {
    name: 'two expressions keep the blank between them',
    scalar: '${{a}} ${{b}}',
    want: [expression('a', 3), text(' ', 6), expression('b', 10)],
  },
  { name: '}} inside brackets does not end it', scalar: '${{ {"a":{"b":1}} }}', want: [expression('{"a":{"b":1}}', 4)] },
  { name: 'brackets may touch the end', scalar: '${{{"a":{"b":1}}}}', want: [expression('{"a":{"b":1}}', 3)] },
  { name: '}} in double quotes does not end it', scalar: '${{ "}}" }}', want: [expression('"}}"', 4)] },
  { name: '}} in single quotes does not end it', scalar: "${{ 'it\\'s }}' }}", want: [expression("'it\\'s }}'", 4)] },
  { name: '}} in backticks does not end it', scalar: '${{ `}}` }}', want: [expression('`}}`', 4)] },
  { name: '}} in a comment does not end it', scalar: '${{ a /* }} */ }}', want: [expression('a /* }} */', 4)] },
  {
    name: '}} in a regular expression does not end it',
    scalar: '${{ $match(a, /a{2}\\}\\}/) }}',
    want: [expression('$match(a, /a{2}\\}\\}/)', 4)],
  },
  { name: 'a quote in a regular expression is no quote', scalar: '${{ $match(a, /"/) }}', want: [expression('$match(a, /"/)', 4)] },
  { name: 'a slash after an operand divides', scalar: '${{ a/b & c/"}}" }}', want: [expression('a/b & c/"}}"', 4)] },
  { name: 'a slash after a bracket divides', scalar: '${{ (a)/"/" }}', want: [expression('(a)/"/"', 4)] },
  { name: 'a slash after a wildcard divides', scalar: '${{ a.*/"/" }}', want: [expression('a.*/"/"', 4)] },
  { name: 'a slash after a keyword begins a regular expression', scalar: '${{ a and /"/ }}', want: [expression('a and /"/', 4)] },
  { name: '$${{ is the text itself', scalar: 'a $${{ b }}', want: [text('a ${{ b }}', 0)] },
  { name: '$${ is left to the configuration', scalar: '$${HOME} ${{ a }}', want: [text('$${HOME} ', 0), expression('a', 13)] },
  { name: 'a bracket left open is the parser’s to report', scalar: '${{ f(a }}', want: [expression('f(a', 4)] },
  { name: 'a brace closes what is open inside it', scalar: '${{ {"a": (1} }}', want: [expression('{"a": (1}', 4)] },
]
for (const { name, scalar, want } of splits) test(`scan: ${name}`, () => assert.deepEqual(scan(scalar), { parts: want }))

const faults: readonly { readonly name: string; readonly scalar: string; readonly message: string; readonly offset: number }[] = [
  { name: 'one that never closes is named where it opens', scalar: 'ab ${{ c }', message: '${{ never closes', offset: 3 },
  { name: 'an open brace hides the end', scalar: '${{ {"a": 1 }}', message: '${{ never closes', offset: 0 },
  { name: 'an open quote is named where it opens', scalar: '${{ "a }}', message: 'a quote in the expression never closes', offset: 4 },
  {
    name: 'an open comment is named where it opens',
    scalar: '${{ a /* }}',
    message: 'a comment in the expression never closes',
    offset: 6,
  },
  {
    name: 'an open regular expression is named where it opens',
    scalar: '${{ $match(a, /x) }}',
    message: 'a regular expression never closes',
    offset: 14,
  },
  { name: 'an empty one says nothing', scalar: 'x ${{ }}', message: 'an expression is empty', offset: 2 },
]
for (const { name, scalar, message, offset } of faults)
  test(`scan: ${name}`, () => {
    const scanned = scan(scalar)
    assert.ok('error' in scanned, 'it should be refused')
    assert.equal(scanned.error.message, message)
    assert.equal(scanned.error.offset, offset)
  })
