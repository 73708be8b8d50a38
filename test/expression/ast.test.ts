import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { borrow } from '../../engine/expression/borrow.ts'
import { parse } from '../../engine/expression/parse.ts'

// the file has two lines for each source: the source, and its tree as JSON; GOLDEN=write renews the trees after a look at what changed
const file = join(import.meta.dirname, 'ast.golden.txt')
const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
const sources = lines.filter((_, index) => index % 2 === 0)

test('the parser of the package gives the trees that the compiler was written for', () => {
  assert.equal(sources.length, 60)
  if (process.env['GOLDEN'] === 'write') writeFileSync(file, sources.map(source => `${source}\n${treeOf(source)}\n`).join(''))
  for (const [index, source] of sources.entries()) assert.equal(treeOf(source), lines[index * 2 + 1], source)
})

const borrowed: readonly (readonly [Parameters<typeof borrow>[0], readonly unknown[], unknown])[] = [
  ['formatNumber', [1234.5, '#,##0.00'], '1,234.50'],
  ['formatInteger', [12, 'w'], 'twelve'],
  ['parseInteger', ['twelve', 'w'], 12],
  ['fromMillis', [0, '[Y0001]-[M01]-[D01]'], '1970-01-01'],
  ['toMillis', ['1970-01-02'], 86_400_000],
]
for (const [name, args, want] of borrowed)
  test(`$${name} can be taken out of the package without waiting`, () => assert.equal(borrow(name)(new Date(0), args), want))

function treeOf(source: string): string {
  const parsed = parse(source)
  return JSON.stringify('tree' in parsed ? parsed.tree : parsed.finding, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  )
}
