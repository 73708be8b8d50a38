import type { Body } from '../core/message.ts'
import { factsOf } from './facts.ts'
import { type Located, type Resolve, type SchemaObject, typesOf } from './locate.ts'
import type { Mapping } from './map-children.ts'
import { type Branch, compileMapping, type Rules } from './mapping.ts'
import { booleanOf, integerOf, numberOf } from './text-value.ts'

/**
 * Compiles a schema to the function that makes a body what it names, copying on write. Text becomes the integer, number or boolean named, only
 * losslessly; one thing becomes the list named, and nothing the empty one, where that is valid or required; null for an optional property is
 * absent unless it is allowed; an absent property gets its `default`; where an object is named, no body and an empty text are `{}`.
 * An `anyOf` or `oneOf` counts where one branch alone is not null's. With `coerce: false` it only fills defaults and makes the `{}`.
 */
export function compileCoercion(located: Located, resolve: Resolve, { coerce }: { readonly coerce: boolean }): (body: Body) => Body {
  const mapping = compileMapping(located, rules(resolve, coerce), resolve)
  const facts = factsOf(located, resolve)
  const start = facts.default ?? (facts.object ? {} : coerce && facts.list ? [] : undefined)
  return body => {
    const value = body === undefined || (body === '' && facts.object) ? start : body
    // The mapping makes JSON of JSON: texts, numbers, lists of what there was, and values of the schema itself.
    return mapping === undefined ? value : (mapping(value) as Body)
  }
}

const rules = (resolve: Resolve, coerce: boolean): Rules => ({
  own: schema => (coerce ? convertTo(schema) : undefined),
  property: (property, required, inner) => propertyMapping(factsOf(property, resolve), { required, coerce, inner }),
  alternatives: branches => onlyBranch(branches),
})

function convertTo(schema: SchemaObject): Mapping | undefined {
  const types = typesOf(schema) ?? []
  const convert = types.includes('string') ? undefined : textConversion(types)
  if (!types.includes('array')) return convert
  return value => {
    const converted = convert === undefined ? value : convert(value)
    return Array.isArray(converted) || converted === null || converted === undefined || isOf(converted, types) ? converted : [converted]
  }
}

function textConversion(types: readonly string[]): Mapping | undefined {
  const number = types.includes('number') ? numberOf : types.includes('integer') ? integerOf : undefined
  if (!types.includes('boolean'))
    return number === undefined ? undefined : value => (typeof value === 'string' ? (number(value) ?? value) : value)
  return value => (typeof value === 'string' ? (booleanOf(value) ?? number?.(value) ?? value) : value)
}

function isOf(value: unknown, types: readonly string[]): boolean {
  if (typeof value === 'number') return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
  return types.includes(typeof value)
}

function propertyMapping(
  { nullable, list, minItems, default: standard }: ReturnType<typeof factsOf>,
  { required, coerce, inner }: { readonly required: boolean; readonly coerce: boolean; readonly inner: Mapping | undefined },
): Mapping | undefined {
  const dropsNull = coerce && !nullable && !required
  const absent = standard ?? (coerce && list && (required || minItems === 0) ? [] : undefined)
  if (!dropsNull && absent === undefined) return inner === undefined ? undefined : value => (value === undefined ? undefined : inner(value))
  return value => {
    if (value === undefined || (dropsNull && value === null)) return absent
    return inner === undefined ? value : inner(value)
  }
}

function onlyBranch(branches: readonly Branch[]): Mapping | undefined {
  const others = branches.filter(({ schema }) => !isNull(schema))
  const mapping = others.length === 1 ? others[0]?.mapping : undefined
  return mapping === undefined ? undefined : value => (value === null ? null : mapping(value))
}

const isNull = (schema: unknown): boolean => typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'null'
