import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { formatText } from '../../engine/config/format-text.ts'
import { rewrite } from '../../engine/config/format-text-blocks.ts'
import { parse } from '../../engine/config/parse.ts'
import { sourceFile } from '../../engine/config/position.ts'
import { pageBlocks } from '../support/page-blocks.ts'

const root = new URL('../../', import.meta.url)
const formatted = (text: string): string | undefined => formatText(sourceFile('a.yaml', '/a.yaml', text)).value

const cases = [
  { name: 'a level is two blanks', given: 'a:\n    b:\n        c: 1\n', want: 'a:\n  b:\n    c: 1\n' },
  { name: 'a list stands below its key', given: 'a:\n- 1\n- 2\n', want: 'a:\n  - 1\n  - 2\n' },
  { name: 'one blank stands behind a dash and behind a colon', given: 'a:\n  -   b:   1\n      c : 2\n', want: 'a:\n  - b: 1\n    c: 2\n' },
  { name: 'an item begins on the line of its dash', given: 'a:\n  -\n    b: 1\n', want: 'a:\n  - b: 1\n' },
  { name: 'a value begins on the line of its key', given: 'a:\n  one text\n', want: 'a: one text\n' },
  { name: 'brackets keep constants on one line', given: "a: {b: 1,c: [ x,'y' ],}\n", want: 'a: { b: 1, c: [x, "y"] }\n' },
  { name: 'empty brackets hold no blanks', given: 'a: { }\nb: [ ]\n', want: 'a: {}\nb: []\n' },
  { name: 'brackets over several lines are closed up', given: 'a: {\n  b: 1,\n  c: 2\n}\n', want: 'a: { b: 1, c: 2 }\n' },
  { name: 'brackets with comments become a block', given: 'a: [ # why\n  1, # one\n  2\n]\n', want: 'a: # why\n  - 1 # one\n  - 2\n' },
  {
    name: 'brackets that are too wide become a block',
    given: `a: { b: ${'x'.repeat(80)}, c: ${'y'.repeat(80)} }\n`,
    want: `a:\n  b: ${'x'.repeat(80)}\n  c: ${'y'.repeat(80)}\n`,
  },
  { name: 'quotes are double ones', given: "a: 'it''s: so'\n'b': 1\n", want: 'a: "it\'s: so"\n"b": 1\n' },
  { name: 'single quotes stay around double ones and backslashes', given: "a: 'say \"hi\"'\nb: 'C:\\dir'\n", want: undefined },
  {
    name: 'a block of text moves with its key, and keeps its own indentation',
    given: 'a:\n   b: |\n      one\n        two\n\n      three\n   c: >-\n    x\n    y\n',
    want: 'a:\n  b: |\n    one\n      two\n\n    three\n  c: >-\n    x\n    y\n',
  },
  { name: 'a block that begins with blanks says so', given: 'a:\n    b: |1\n       x\n', want: 'a:\n  b: |2\n      x\n' },
  {
    name: 'an expression over several lines moves as a whole',
    given: 'a:\n    b: ${{ x\n      ? 1 }}\n',
    want: 'a:\n  b: ${{ x\n    ? 1 }}\n',
  },
  {
    name: 'a comment stays where it is, as far behind its line as it was',
    given: '# first\na:      # the a\n    # before b\n    b: 1   # the b\n',
    want: '# first\na:      # the a\n  # before b\n  b: 1   # the b\n',
  },
  {
    name: 'a comment behind the last line of a block stays in that block',
    given: 'a:\n    b: 1\n    # of b\n# of the page\nc: 2\n',
    want: 'a:\n  b: 1\n  # of b\n# of the page\nc: 2\n',
  },
  { name: 'of several empty lines one stays, and none at the ends', given: '\n\na: 1\n\n\n\nb: 2\n\n\n', want: 'a: 1\n\nb: 2\n' },
  { name: 'anchors and aliases stay', given: 'a:   &x\n    b: 1\nc:    *x\n', want: 'a: &x\n  b: 1\nc: *x\n' },
  { name: 'blanks at the end of a line and Windows line ends go', given: 'a: 1  \r\nb:\r\n  c: 2\r\n', want: 'a: 1\nb:\n  c: 2\n' },
  { name: 'the last line ends', given: 'a: 1', want: 'a: 1\n' },
  { name: 'what is in the one spelling stays', given: 'a:\n  - b: { c: 1 }\n    d: "e: f"\n', want: undefined },
]
for (const { name, given, want } of cases) test(`${name}`, () => assert.equal(formatted(given), want ?? given))

test('a file that cannot be read is not written, and the findings say why', () => {
  const { value, findings } = formatText(sourceFile('a.yaml', '/a.yaml', 'a: "b\n'))
  assert.equal(value, undefined)
  assert.deepEqual(
    findings.map(finding => finding.rule),
    ['yaml-syntax'],
  )
})

test('a spelling that cannot be rewritten stays as it is', () => {
  const text = 'a:\n    ? |\n      b\n    : 1\n'
  assert.equal(formatted(text), text)
})

const pages = [
  'README.md',
  ...readdirSync(new URL('docs/', root), { encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]
const fixtures = ['pipelines/', 'test/fixtures/config/'].flatMap(folder =>
  readdirSync(new URL(folder, root), { encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml'))
    .map(name => ({ name: folder + name, text: readFileSync(new URL(folder + name, root), 'utf8') })),
)
const blocks = pages.flatMap(page =>
  pageBlocks(page, readFileSync(new URL(page, root), 'utf8')).map(block => ({ name: `${page}:${block.line}`, text: block.text })),
)

test('the example, the fixtures and the blocks of the documents mean the same afterwards, however they were indented', () => {
  let seen = 0
  for (const { name, text } of [...fixtures, ...blocks])
    for (const given of [text, widened(text)]) {
      const result = formatted(given)
      if (result === undefined) continue
      seen += 1
      assert.equal(rewrite(given), result, `${name}: the writer’s own text means the same`)
      assert.equal(formatted(result), result, `${name}: twice is once`)
      assert.deepEqual(value(result), value(given), name)
    }
  assert.ok(seen > 300, `${seen}`)
})

test('the example and the documents are in the one spelling', () => {
  for (const { name, text } of [...fixtures.filter(file => file.name.startsWith('pipelines/')), ...blocks])
    assert.equal(formatted(text), text, name)
})

test('any value, written by another hand, means the same afterwards, and twice is once', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme-composite' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('a: b', 'c #d', "'e", '"f', ' g', 'h\n  i\n', '|', '- j'),
  )
  const { tree } = fc.letrec<{ tree: unknown }>(tie => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie('tree'), { maxKeys: 4 }),
    ),
  }))
  const style = fc.record({
    indent: fc.integer({ min: 1, max: 6 }),
    indentSeq: fc.boolean(),
    singleQuote: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
    collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
    flowCollectionPadding: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), tree), style, (given, options) => {
      const text = stringify(given, options)
      const result = formatted(text)
      if (result === undefined) return
      assert.equal(rewrite(text), result)
      assert.deepEqual(value(result), value(text))
      assert.equal(formatted(result), result)
    }),
    { numRuns: 300 },
  )
})

/** Every level twice as deep. */
const widened = (text: string): string => text.replace(/^(?: *- )* */gm, start => start.replaceAll(' ', '  ').replaceAll('-  ', '-   '))

function value(text: string): unknown {
  return JSON.parse(
    JSON.stringify(parse(sourceFile('a.yaml', '/a.yaml', text)).value.root ?? null, (key, part) =>
      ['start', 'end', 'at', 'style', 'faulty'].includes(key) && typeof part !== 'object' ? undefined : part,
    ),
  )
}
