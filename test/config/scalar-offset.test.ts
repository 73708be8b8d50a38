import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { Node, ScalarNode } from '../../engine/config/node.ts'
import { parse } from '../../engine/config/parse.ts'
import { sourceFile } from '../../engine/config/position.ts'
import { scalarOffset } from '../../engine/config/scalar-offset.ts'

const scalars = [
  { name: 'plain', text: 'a: one @ two' },
  { name: 'plain over lines', text: 'a: one\n  two\n\n  @ three' },
  { name: 'single quotes', text: "a: 'it''s @ here'" },
  { name: 'single quotes over lines', text: "a: 'one\n\n\n  it''s @ here'" },
  { name: 'double quotes with escapes', text: 'a: "\\t\\u0041\\x42\\U0001F600\\" @ here"' },
  { name: 'double quotes over lines', text: 'a: "one \\\n   two\n\n  @ here"' },
  { name: 'a literal block', text: 'a:\n  b: |\n    one\n\n      two\n    @ here\n' },
  { name: 'a literal block with an indentation', text: 'a:\n  b: |2\n      one\n    @ here\n' },
  { name: 'a literal block with carriage returns', text: 'a: |\r\n  one\r\n  @ here\r\n' },
  { name: 'a folded block', text: 'a: >\n  one\n  two\n\n  three\n    more\n  @ here\n' },
  { name: 'a stripped block', text: 'a: |-\n  one @ here\n' },
]
for (const { name, text } of scalars)
  test(`a character of a scalar is found in the file: ${name}`, () => {
    const scalar = lastScalar(text)
    const at = String(scalar.value).indexOf('@')
    assert.equal(scalarOffset(text, scalar, at), text.indexOf('@'))
  })

test('every printable character of a scalar is found in the file, however YAML writes it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', '7', '.', "'", '"', '\\', 'é', '😀', '{', '$'), minLength: 1, maxLength: 8 })
  const lines = fc
    .array(
      fc.array(word, { maxLength: 6 }).map(words => words.join(' ')),
      { minLength: 1, maxLength: 5 },
    )
    .map(all => all.join('\n'))
  const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED')
  fc.assert(
    fc.property(lines, style, (value, defaultStringType) => {
      const text = stringify({ a: { b: value } }, { defaultStringType: defaultStringType as 'PLAIN', lineWidth: 20 })
      const scalar = lastScalar(text)
      if (scalar.value !== value) return
      for (const { index: offset, 0: character } of value.matchAll(/[a-zA-Z7.é{$]/g))
        assert.equal(text[scalarOffset(text, scalar, offset)], character, `${offset} of ${JSON.stringify(value)} in ${text}`)
    }),
    { seed: 20_240_917, numRuns: 2_000 },
  )
})

function lastScalar(text: string): ScalarNode {
  let node: Node | undefined = parse(sourceFile('f', '/f', text)).value.root
  while (node !== undefined && node.kind !== 'scalar') node = node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1)
  if (node === undefined) throw new Error(`no scalar in ${text}`)
  return node
}
