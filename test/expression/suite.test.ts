import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { compile } from '../../engine/expression/expression.ts'

const folder = join(import.meta.dirname, '../../../shared/data/jsonata-suite')

interface Case {
  readonly expr: string
  readonly dataset?: string | null
  readonly data?: unknown
  readonly bindings?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly undefinedResult?: boolean
  readonly code?: string
  readonly error?: { readonly code: string }
  readonly unordered?: boolean
}

/** A case makes a range of ten million; the budget of a message would refuse it. */
const budget = { bytes: 400 << 20, steps: 100_000_000, timeMs: 10_000 }

test('JSONata’s own test suite passes, but for what is refused on purpose', {
  skip: existsSync(folder) ? false : `${folder} is not here`,
}, () => {
  const failures: string[] = []
  let passed = 0
  let refused = 0
  for (const { name, one } of allCases()) {
    const failure = check(one)
    if (failure === undefined) passed += 1
    else if (failure === 'refused') refused += 1
    else failures.push(`${name}: ${one.expr} ${failure}`)
  }
  assert.deepEqual(failures, [])
  assert.ok(passed > 700, `only ${passed} cases ran`)
  assert.ok(refused <= 12, `${refused} cases are refused`)
})

function check(one: Case): string | undefined {
  const variables = one.bindings ?? {}
  const { expression, findings } = compile(one.expr, { variables: Object.keys(variables), budget })
  const code = one.code ?? one.error?.code
  if (code === undefined && findings.some(finding => finding.rule === 'refused-function')) return 'refused'
  if (expression === undefined)
    return code === undefined ? `does not compile: ${findings.map(finding => finding.message).join(', ')}` : undefined
  let result: unknown
  try {
    result = expression.evaluate(dataOf(one), { get: name => variables[name] })
  } catch (error) {
    const cause = error instanceof SluiceError ? error.cause : error
    const actual = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : String(cause)
    return actual === code
      ? undefined
      : `fails with ${String(actual)} ${error instanceof Error ? error.message : ''}, expected ${code ?? JSON.stringify(one.result)}`
  }
  if (code !== undefined) return `gives ${JSON.stringify(result)}, expected ${code}`
  const wanted = one.undefinedResult === true ? undefined : one.result
  try {
    if (one.unordered === true && Array.isArray(result) && Array.isArray(wanted)) assert.deepEqual(sorted(result), sorted(wanted))
    else assert.deepEqual(normal(result), normal(wanted))
    return undefined
  } catch {
    return `gives ${JSON.stringify(result)?.slice(0, 300)}, expected ${JSON.stringify(wanted)?.slice(0, 300)}`
  }
}

const normal = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
const sorted = (list: readonly unknown[]): readonly string[] => list.map(item => JSON.stringify(item)).toSorted()

function dataOf(one: Case): unknown {
  if (one.data !== undefined) return one.data
  if (one.dataset === undefined || one.dataset === null) return undefined
  return JSON.parse(readFileSync(join(folder, 'datasets', `${one.dataset}.json`), 'utf8'))
}

function allCases(): readonly { readonly name: string; readonly one: Case }[] {
  const groups = join(folder, 'groups')
  return readdirSync(groups).flatMap(group =>
    readdirSync(join(groups, group)).flatMap(file => {
      const content: Case | readonly Case[] = JSON.parse(readFileSync(join(groups, group, file), 'utf8'))
      const list: readonly Case[] = [content].flat()
      return list.map((one, index) => ({ name: `${group}/${file}${list.length > 1 ? `#${index}` : ''}`, one }))
    }),
  )
}
