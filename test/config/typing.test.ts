import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadTexts, places, shown } from './loading.ts'

// They were written down before there was a checker; each says what it wants.
const fixtures = new URL('../fixtures/typing/', import.meta.url)
const textsIn = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(new URL(`${folder}/`, fixtures)).map(name => [name, readFileSync(new URL(`${folder}/${name}`, fixtures), 'utf8')])
const wrong = textsIn('wrong')
const right = textsIn('right')

interface Expected {
  readonly found: boolean
  /** `line:column rule`, as findings are shown. */
  readonly place: string
}

test('of at least eighty wrong expressions at least three quarters are found, for the stated reason', () => {
  const all = wrong.flatMap(([, text]) => expectedIn(text))
  const found = all.filter(expected => expected.found)
  assert.ok(all.length >= 80, `${all.length}`)
  assert.ok(found.length >= 60 && found.length >= 0.75 * all.length, `${found.length} of ${all.length}`)
  console.log(`${found.length} of ${all.length} wrong expressions are found`)
})

for (const [name, text] of wrong)
  test(`wrong: ${name}: each is found at its place, and nothing besides`, async () => {
    const { findings } = await loadTexts(text)
    const expected = expectedIn(text).filter(one => one.found)
    assert.deepEqual(places(findings), expected.map(({ place }) => place).toSorted(byPlace), findings.map(shown).join('\n'))
  })

test('there are two hundred right expressions', () => {
  const count = right.reduce((sum, [, text]) => sum + text.split('${{').length - 1, 0)
  assert.ok(count >= 200, `${count}`)
})

for (const [name, text] of right)
  test(`right: ${name}: nothing is said of it`, async () => {
    const { findings } = await loadTexts(text)
    assert.deepEqual(findings.map(shown), [])
  })

/** Where the comments above wrong expressions say that findings are: at the first such text in the expressions below. */
function expectedIn(text: string): readonly Expected[] {
  return [...text.matchAll(/# (wrong|not found): ([a-z-]+) at (.+?): .*\n/g)].map(match => {
    const [whole, kind, rule = '', at = ''] = match
    const offset = text.indexOf(at, text.indexOf('${{', match.index + whole.length))
    assert.ok(offset > 0, `"${at}" does not stand below its comment`)
    const before = text.slice(0, offset).split('\n')
    return { found: kind === 'wrong', place: `${before.length}:${(before.at(-1) ?? '').length + 1} ${rule}` }
  })
}

const numbersIn = (place: string): readonly number[] => place.split(/[: ]/).slice(0, 2).map(Number)

function byPlace(first: string, second: string): number {
  const [line = 0, column = 0] = numbersIn(first)
  const [otherLine = 0, otherColumn = 0] = numbersIn(second)
  return line - otherLine || column - otherColumn
}
