import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const page = new URL('../docs/promises.md', import.meta.url)
const lines = readFileSync(page, 'utf8').split('\n')

/** A line of a table, but for heads and rules. */
const rows = lines.filter((line, at) => line.startsWith('| ') && !(lines[at + 1] ?? '').startsWith('|---'))
const proofOf = /\[(?<sentence>[^\]]+)\]\((?<file>\.\.\/test\/[^)]+)\) \|$/

test('every promise names its test', () => {
  const unproved = rows.filter(row => !proofOf.test(row) && row.split('|').length < 8)
  assert.deepEqual(unproved, [])
  assert.ok(rows.length > 40)
})

for (const row of rows) {
  const { sentence, file } = proofOf.exec(row)?.groups ?? {}
  if (sentence === undefined || file === undefined) continue
  test(`promised, and tested in ${file}: ${sentence}`, () => {
    const names = namesIn(readFileSync(new URL(file, page), 'utf8'))
    assert.ok(names.includes(sentence), names.join('\n'))
  })
}

test('every file that the page points at is there', () => {
  const files = [...lines.join('\n').matchAll(/\]\((?<file>[^)#]+)[^)]*\)/g)].map(({ groups }) => groups?.['file'] ?? '')
  assert.deepEqual(
    files.filter(file => !existsSync(new URL(file, page))),
    [],
  )
})

/** Of tests, and of the cases of their tables; what differs between cases is `…`. */
function namesIn(code: string): readonly string[] {
  return [...code.matchAll(/(?:\btest\(|\bname:)\s*(?<quote>['"`])(?<name>(?:\\.|(?!\k<quote>).)*)\k<quote>/gs)].map(({ groups }) =>
    (groups?.['name'] ?? '').replaceAll(/\$\{[^}]+\}/g, '…').replaceAll(/\\(.)/gs, '$1'),
  )
}
