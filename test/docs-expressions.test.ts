import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { runCommand } from '../engine/cli/cli.ts'
import { SluiceError } from '../engine/core/errors.ts'
import { compile } from '../engine/expression/expression.ts'
import { scratch } from './support/gateway.ts'
import { wrapBlock } from './support/page-blocks.ts'
import { type FaultyBlock, pageExpressions, type ShownExpression, type ShownRow, tableRows } from './support/page-expressions.ts'

const page = readFileSync(new URL('../docs/expressions.md', import.meta.url), 'utf8')
const { expressions, faulty } = pageExpressions(page)
const rows = tableRows(page)
/** What the language binds, and a name to be near to. */
const variables = ['input', 'headers', 'query', 'params', 'last', 'meta', 'customer']

test('the page on expressions shows recipes, faults and errors', () => {
  const kinds = new Set(expressions.map(shown => shown.kind))
  assert.deepEqual([...kinds].sort(), ['error', 'finding', 'json'])
  assert.ok(expressions.filter(shown => shown.kind === 'json').length >= 15)
  assert.ok(faulty.length >= 6)
  assert.equal(rows.length, 15)
})

describe('docs/expressions.md', () => {
  for (const shown of expressions) test(`line ${shown.line}: the expression gives what the page says`, () => holds(shown))
  for (const row of rows) test(`${row.source} gives ${row.gives}`, () => gives(row))
  for (const block of faulty) test(`line ${block.line}: the YAML has the findings that the page says`, async () => refused(block))
})

function holds({ source, input, kind, outcome }: ShownExpression): void {
  const { expression, findings } = compile(source, { variables })
  if (kind === 'finding') {
    const said = findings.map(
      ({ severity, rule, message, hint }) => `${severity} ${rule}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    )
    assert.equal(said.join('\n'), outcome)
    return
  }
  assert.deepEqual(findings, [])
  const evaluate = (): unknown => expression?.evaluate(input, { get: () => undefined })
  if (kind === 'json') assert.deepEqual(evaluate(), JSON.parse(outcome))
  else assert.throws(evaluate, (error: unknown) => error instanceof SluiceError && error.message === outcome)
}

function gives({ source, gives: wanted }: ShownRow): void {
  const { expression, findings } = compile(source, { variables })
  assert.deepEqual(findings, [])
  const evaluate = (): unknown => expression?.evaluate(expressions[0]?.input, { get: () => undefined })
  if (wanted === 'an error') assert.throws(evaluate, SluiceError)
  else assert.deepEqual(evaluate(), wanted === 'nothing' ? undefined : JSON.parse(wanted))
}

/** `sluice check` says it; lines and columns are those of the block. */
async function refused({ text, findings }: FaultyBlock): Promise<void> {
  const whole = wrapBlock({ page: '', line: 0, text, companion: '' })['block.yaml'] ?? ''
  const above = whole.split('\n').length - text.split('\n').length
  const left = whole.split('\n')[above]?.search(/\S/) ?? 0
  const { folder, remove } = await scratch()
  let said = ''
  const print = (printed: string): void => {
    said += printed
  }
  const terminal = { environment: {}, folder, out: print, err: print, input: new PassThrough(), terminal: false }
  try {
    await writeFile(join(folder, 'block.yaml'), whole)
    await runCommand(['check', '--config', folder], terminal)
  } finally {
    await remove()
  }
  const lines = [...said.matchAll(/^block\.yaml:(\d+):(\d+) (.*)$/gm)].map(
    ([, line, column, rest]) => `${Number(line) - above}:${Number(column) - left} ${rest}`,
  )
  assert.equal(lines.join('\n'), findings)
}
