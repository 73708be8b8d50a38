import type { Violation } from '../core/errors.ts'
import type { ErrorObject } from './validator.ts'

/** What is wrong with a message, for the one who sent it: each fault once, `if` and the branches of an alternative apart from their sum. */
export function describe(
  errors: readonly ErrorObject[],
  limit: number,
): { readonly violations: readonly Violation[]; readonly count: number } {
  // A set: one alternative of an item may fail for ten thousand items.
  const sums = new Set(
    errors
      .filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'not' || keyword === 'contains')
      .map(({ schemaPath }) => `${schemaPath}/`),
  )
  const prefixes = [...sums]
  const told = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !prefixes.some(sum => schemaPath.startsWith(sum)))
  const violations = told.slice(0, limit).map(error => ({ pointer: error.instancePath, text: textOf(error) }))
  return { violations, count: told.length }
}

function textOf({ keyword, params, message }: ErrorObject): string {
  const say = Object.hasOwn(texts, keyword) ? texts[keyword] : undefined
  return say === undefined ? (message ?? 'is not valid') : say(params)
}

type Params = Readonly<Record<string, unknown>>

const texts: Readonly<Record<string, (params: Params) => string>> = {
  required: ({ missingProperty }) => `${nameOf(missingProperty)} is required`,
  dependentRequired: ({ missingProperty, property }) => `${nameOf(missingProperty)} is required where ${nameOf(property)} is given`,
  additionalProperties: ({ additionalProperty }) => `${nameOf(additionalProperty)} is not a known property`,
  unevaluatedProperties: ({ unevaluatedProperty }) => `${nameOf(unevaluatedProperty)} is not a known property`,
  propertyNames: ({ propertyName }) => `${nameOf(propertyName)} is not allowed as a name`,
  type: ({ type }) => `must be ${listOf(type).map(withArticle).join(' or ')}`,
  enum: ({ allowedValues }) =>
    `must be one of ${listOf(allowedValues)
      .slice(0, 20)
      .map(value => JSON.stringify(value))
      .join(', ')}`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  minimum: ({ limit }) => `must be at least ${limit}`,
  maximum: ({ limit }) => `must be at most ${limit}`,
  exclusiveMinimum: ({ limit }) => `must be above ${limit}`,
  exclusiveMaximum: ({ limit }) => `must be below ${limit}`,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${multipleOf}`,
  minLength: ({ limit }) => `must have at least ${count(limit, 'character')}`,
  maxLength: ({ limit }) => `must have at most ${count(limit, 'character')}`,
  pattern: ({ pattern }) => `must match ${pattern}`,
  format: ({ format }) => `must be of the format ${format}`,
  minItems: ({ limit }) => `must have at least ${count(limit, 'item')}`,
  maxItems: ({ limit }) => `must have at most ${count(limit, 'item')}`,
  items: ({ limit }) => `must have at most ${count(limit, 'item')}`,
  unevaluatedItems: ({ len }) => `must have at most ${count(len, 'item')}`,
  uniqueItems: ({ i, j }) => `must not have equal items: ${j} and ${i}`,
  contains: ({ minContains }) => `must contain at least ${count(minContains, 'item')} of the kind asked for`,
  minProperties: ({ limit }) => `must have at least ${limit} properties`,
  maxProperties: ({ limit }) => `must have at most ${limit} properties`,
  anyOf: () => 'must match one of the alternatives',
  oneOf: ({ passingSchemas }) =>
    Array.isArray(passingSchemas) ? 'must match one of the alternatives, not several' : 'must match one of the alternatives',
  not: () => 'is not allowed',
  'false schema': () => 'is not allowed',
}

/** Names may come from the message: long ones are cut. */
function nameOf(name: unknown): string {
  const text = String(name)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
const count = (number: unknown, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

function withArticle(type: unknown): string {
  if (type === 'null') return 'null'
  return `${type === 'integer' || type === 'object' || type === 'array' ? 'an' : 'a'} ${type}`
}
