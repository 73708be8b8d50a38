import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadTexts, shown } from './loading.ts'

const folder = new URL('../fixtures/config/', import.meta.url)
const texts = readdirSync(folder)
  .filter(name => name.endsWith('.yaml'))
  .map(name => readFileSync(new URL(name, folder), 'utf8'))

/** What tends to break things: syntax of YAML, of expressions, of substitutions, names of every object. */
const pieces = [
  '\n',
  ' ',
  '  ',
  ':',
  ': ',
  '- ',
  '#',
  ' #',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '|',
  '>',
  '&a ',
  '*a',
  '!x ',
  '<<: ',
  '${',
  '${{',
  '}}',
  '$',
  '~',
  '0',
  '.5',
  '\t',
  '\0',
  '\u2028',
  '__proto__',
  'constructor',
  'null',
  '/',
]

test('whatever stands in a file, loading it gives findings at places that there are, and never fails', async () => {
  const text = fc.constantFrom(...texts)
  const edits = fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: fc.constantFrom('', ...pieces) }),
    { minLength: 1, maxLength: 4 },
  )
  await fc.assert(
    fc.asyncProperty(text, edits, async (whole, changes) => {
      const changed = changes.reduce((now, { at, cut, put }) => {
        const from = Math.floor(at * now.length)
        return now.slice(0, from) + put + now.slice(from + cut)
      }, whole)
      const { findings, model } = await loadTexts(changed, {})
      const lines = changed.split('\n')
      assert.equal(
        model === undefined,
        findings.some(({ severity }) => severity === 'error'),
      )
      for (const finding of findings) {
        const line = lines[finding.line - 1]
        assert.ok(finding.line >= 1 && line !== undefined && finding.column >= 1 && finding.column <= line.length + 1, shown(finding))
        assert.match(finding.message, /^\S/)
        assert.doesNotMatch(`${finding.message}${finding.hint ?? ''}`, /\.$|undefined|\[object/, shown(finding))
      }
    }),
    { seed: 4_711, numRuns: Number(process.env['MUTATIONS'] ?? 300) },
  )
})
