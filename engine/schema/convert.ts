import { parseDuration, parseSize } from '../core/duration.ts'
import { factsOf } from './facts.ts'
import { isSchemaObject, keyword, type Located, type Resolve, subschemas, typesOf } from './locate.ts'
import { isPlain, type Mapping } from './map-children.ts'
import { type Branch, compileMapping, type Rules } from './mapping.ts'

/**
 * Makes of a checked configuration value what the generated types say: `x-type: duration` and `size` texts become milliseconds and bytes,
 * absent properties get their `default`. Everything else is left, above all what is not plain JSON (a Secret, a Template, bytes). The value
 * given is never changed; what needs no change is the very same value.
 */
export const convert = (located: Located, value: unknown, resolve: Resolve): unknown => compileConversion(located, resolve)(value)

/** The same, for values that come again and again: the arguments of an operation. */
export function compileConversion(located: Located, resolve: Resolve): Mapping {
  return compileMapping(located, rules(resolve), resolve) ?? (value => value)
}

const rules = (resolve: Resolve): Rules => ({
  own: schema => {
    const type = keyword(schema, 'x-type')
    if (type === 'duration') return value => (typeof value === 'string' ? (parseDuration(value) ?? value) : value)
    if (type === 'size') return value => (typeof value === 'string' ? (parseSize(value) ?? value) : value)
    return undefined
  },
  property: (property, _required, inner) => {
    const standard = factsOf(property, resolve).default
    if (standard === undefined) return inner === undefined ? undefined : value => (value === undefined ? undefined : inner(value))
    const filled = inner === undefined ? () => standard : () => inner(standard)
    return value => (value === undefined ? filled() : inner === undefined ? value : inner(value))
  },
  alternatives: branches => value => {
    const branch = branches.find(candidate => fits(candidate, value, resolve))
    return branch?.mapping === undefined ? value : branch.mapping(value)
  },
})

/** Enough to tell branches apart whose value has been checked: type, required and known properties, constants. */
function fits({ schema, document }: Branch, value: unknown, resolve: Resolve): boolean {
  if (!isSchemaObject(schema)) return schema === true
  const ref = keyword(schema, '$ref')
  const target = typeof ref === 'string' ? resolve(ref, document) : undefined
  if (target !== undefined && !fits({ ...target, mapping: undefined }, value, resolve)) return false
  const types = typesOf(schema)
  if (types !== undefined && !types.some(type => isOfType(type, value))) return false
  if (Object.hasOwn(schema, 'const')) return schema['const'] === value
  const allowed = keyword(schema, 'enum')
  if (Array.isArray(allowed)) return allowed.some(item => item === value)
  if (!isPlain(value)) return true
  const properties = keyword(schema, 'properties')
  const known = isSchemaObject(properties) ? properties : {}
  if (!subschemas(schema, 'required').every(name => typeof name === 'string' && Object.hasOwn(value, name))) return false
  if (keyword(schema, 'additionalProperties') === false && !Object.keys(value).every(name => Object.hasOwn(known, name))) return false
  return Object.entries(known).every(
    ([name, part]) => !isSchemaObject(part) || !Object.hasOwn(part, 'const') || part['const'] === value[name],
  )
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isPlain(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}
