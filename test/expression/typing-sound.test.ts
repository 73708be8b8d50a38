import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compile } from '../../engine/expression/expression.ts'
import { parse } from '../../engine/expression/parse.ts'
import { type Inferred, infer } from '../../engine/expression/typing/infer.ts'
import { type Form, listOf, literal, nothing, objectOf, type Type, unionOf, unknown } from '../../engine/expression/typing/type.ts'
import { typeText } from '../../engine/expression/typing/type-text.ts'
import { expressions, inputs } from './grammar.ts'

// TYPING_PAIRS=1000000 TYPING_SEED=7 node --test test/expression/typing-sound.test.ts
const pairs = Number(process.env['TYPING_PAIRS'] ?? 3_000)
const seed = Number(process.env['TYPING_SEED'] ?? 20_240_607)

test(`what an expression gives is of the type that was said (${pairs} pairs, seed ${seed})`, () => {
  let typed = 0
  const property = fc.property(expressions(2), inputs, (source, input) => {
    const result = evaluated(source, input)
    const inferred = typedBy(source, input)
    if (result.failed || inferred === undefined) return
    assert.ok(admits(inferred.type, result.value), `${source} of ${show(input)}: ${show(result.value)} is no ${typeText(inferred.type)}`)
    if (inferred.type.forms !== undefined) typed += 1
  })
  fc.assert(property, { numRuns: pairs, seed })
  assert.ok(typed > pairs / 4, `only ${typed} pairs had a type`)
})

test(`a comparison that is said never to hold does not (${pairs} pairs, seed ${seed})`, () => {
  let said = 0
  const operators = fc.constantFrom('=', '!=', '<', '>=', 'in')
  const property = fc.property(expressions(1), operators, expressions(1), inputs, (left, operator, right, input) => {
    const source = `(${left}) ${operator} (${right})`
    const at = `(${left}) `.length
    const found = typedBy(source, input)?.findings.some(({ rule, offset }) => rule === 'impossible-comparison' && offset === at)
    if (found !== true) return
    said += 1
    const { value, failed } = evaluated(source, input)
    // nothing is never unequal either
    const right_ = failed || (operator === '!=' ? value === true || isNothing(left, input) || isNothing(right, input) : value !== true)
    assert.ok(right_, `${source} of ${show(input)} is ${show(value)}`)
  })
  fc.assert(property, { numRuns: pairs, seed })
  assert.ok(said > pairs / 50, `it was said ${said} times`)
})

test(`a field that is said not to be there is not (${pairs} pairs, seed ${seed})`, () => {
  let said = 0
  const property = fc.property(expressions(2), fc.constantFrom('a', 'b', 'c', 'd'), inputs, (before, name, input) => {
    const source = `(${before}).${name}`
    const at = source.length - 1
    const found = typedBy(source, input)?.findings.some(({ rule, offset }) => rule === 'unknown-property' && offset === at)
    if (found !== true) return
    said += 1
    const { value, failed } = evaluated(source, input)
    assert.ok(failed || isEmpty(value), `${source} of ${show(input)} is ${show(value)}`)
  })
  fc.assert(property, { numRuns: pairs, seed })
  assert.ok(said > pairs / 50, `it was said ${said} times`)
})

test(`a calculation that is said always to fail does, or is of nothing (${pairs} pairs, seed ${seed})`, () => {
  let said = 0
  const forms = fc.constantFrom('(L) + (R)', '(L) * (R)', '$sum(L)', '$uppercase(L)', '$join(L, R)', '$substring(L, R, 1)', '$power(L, R)')
  const property = fc.property(expressions(1), forms, expressions(1), inputs, (left, form, right, input) => {
    const source = form.replace('L', () => left).replace('R', () => right)
    const own = [left, right].some(operand => has(operand, input, 'impossible-operand'))
    if (own || !has(source, input, 'impossible-operand')) return
    said += 1
    const { value, failed } = evaluated(source, input)
    assert.ok(
      failed || [left, right].some(operand => isEmpty(evaluated(operand, input).value)),
      `${source} of ${show(input)} is ${show(value)}`,
    )
  })
  fc.assert(property, { numRuns: pairs, seed })
  assert.ok(said > pairs / 50, `it was said ${said} times`)
})

const has = (source: string, input: unknown, rule: string): boolean =>
  typedBy(source, input)?.findings.some(finding => finding.rule === rule) === true

function typedBy(source: string, input: unknown): Inferred | undefined {
  const parsed = parse(source)
  return 'finding' in parsed ? undefined : infer(parsed.tree, source, { body: typeOfValue(input), variables: new Map() })
}

function evaluated(source: string, input: unknown): { readonly value?: unknown; readonly failed: boolean } {
  const { expression } = compile(source)
  if (expression === undefined) return { failed: true }
  try {
    return { value: expression.evaluate(input, { get: () => undefined }), failed: false }
  } catch {
    return { failed: true }
  }
}

/** An empty list that was written out stays one. */
const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0)

const isNothing = (source: string, input: unknown): boolean => evaluated(source, input).value === undefined

/** The narrowest type of a value: the fields that it has and no others. */
function typeOfValue(value: unknown): Type {
  if (Array.isArray(value)) return listOf(value.length === 0 ? { forms: [], missing: false } : unionOf(value.map(typeOfValue)))
  if (typeof value === 'object' && value !== null) return objectOf(Object.entries(value).map(([name, item]) => [name, typeOfValue(item)]))
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return literal(value)
  return value === undefined ? nothing : unknown
}

/** That there is nothing is possible of every type. */
function admits({ forms }: Type, value: unknown): boolean {
  if (forms === undefined || value === undefined) return true
  return forms.some(form => formAdmits(form, value))
}

function formAdmits(form: Form, value: unknown): boolean {
  // where an index leads to nothing JSONata leaves a hole, which is null in the end; of an empty list that was written out `[]` makes a list
  if (form.kind === 'list') return Array.isArray(value) && value.every(item => item === null || isEmpty(item) || admits(form.items, item))
  if (form.kind === 'function') return value === null
  if (form.kind === 'null') return value === null
  if (form.kind === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const { fields, others } = form
    return Object.entries(value).every(([name, item]) => {
      const field = fields.get(name) ?? (typeof others === 'object' ? others : undefined)
      return field === undefined ? others === 'open' : admits(field, item)
    })
  }
  const kind = typeof value === 'string' ? 'text' : typeof value
  return kind === form.kind && (form.values === undefined || form.values.some(one => one === value))
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
