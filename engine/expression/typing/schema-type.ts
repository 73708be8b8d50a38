import type { Json } from '../../core/message.ts'
import {
  boolean,
  type Form,
  listOf,
  literal,
  maybe,
  nullType,
  number,
  type ObjectForm,
  type Type,
  text,
  union,
  unionOf,
  unknown,
  type Value,
} from './type.ts'

/** A JSON Schema, or a part of one, and the document that its `#…` references are about. */
export interface SchemaPart {
  readonly schema: Json
  readonly document: Json
}

/** What a `$ref` means; undefined where it leads nowhere. */
export type Resolve = (ref: string, document?: Json) => SchemaPart | undefined

/** What messages are that a schema lets through, coerced and filled in. What it says in other ways than by types and properties is left alone. */
export type TypeOfSchema = (schema: Json) => Type

/** A schema that is used twice is read once. */
export function createTypeOfSchema(resolve: Resolve): TypeOfSchema {
  const reading: Reading = { resolve, known: new Map(), open: new Set() }
  return schema => typeOf({ schema, document: schema }, reading)
}

interface Reading {
  readonly resolve: Resolve
  readonly known: Map<Json, Type>
  /** Schemas that are being read: one inside itself is unknown there. */
  readonly open: Set<Json>
}
type Keywords = { readonly [keyword: string]: Json }

function typeOf(part: SchemaPart, reading: Reading): Type {
  const { schema } = part
  if (!isObject(schema) || reading.open.has(schema)) return unknown
  const known = reading.known.get(schema)
  if (known !== undefined) return known
  reading.open.add(schema)
  const type = read(schema, part.document, reading)
  reading.open.delete(schema)
  reading.known.set(schema, type)
  return type
}

function read(schema: Keywords, document: Json, reading: Reading): Type {
  const ref = own(schema, '$ref')
  const target = typeof ref === 'string' ? reading.resolve(ref, document) : undefined
  const others = [...(target === undefined ? [] : [target]), ...listed(schema, 'allOf').map(part => ({ schema: part, document }))]
  const all = others.map(part => typeOf(part, reading)).reduce(intersection, ownType(schema, document, reading))
  return ['anyOf', 'oneOf'].reduce((type, keyword) => {
    const branches = listed(schema, keyword)
    if (branches.length === 0) return type
    return intersection(type, unionOf(branches.map(branch => typeOf({ schema: branch, document }, reading))))
  }, all)
}

function ownType(schema: Keywords, document: Json, reading: Reading): Type {
  if (Object.hasOwn(schema, 'const')) return constants([schema['const'] ?? null])
  const allowed = own(schema, 'enum')
  if (isList(allowed)) return constants(allowed)
  const said = own(schema, 'type')
  const names = typeof said === 'string' ? [said] : isList(said) ? said : Object.hasOwn(schema, 'properties') ? ['object'] : undefined
  if (names === undefined) return unknown
  return unionOf(names.map(name => named(String(name), schema, document, reading)))
}

function constants(values: readonly Json[]): Type {
  const simple = values.filter((value): value is Value | null => typeof value !== 'object' || value === null)
  return simple.length < values.length ? unknown : unionOf(simple.map(literal))
}

function named(name: string, schema: Keywords, document: Json, reading: Reading): Type {
  switch (name) {
    case 'string':
      return text
    case 'integer':
    case 'number':
      return number
    case 'boolean':
      return boolean
    case 'null':
      return nullType
    case 'array': {
      const items = own(schema, 'items')
      const known = items !== undefined && !Object.hasOwn(schema, 'prefixItems')
      return listOf(known ? typeOf({ schema: items, document }, reading) : unknown)
    }
    case 'object':
      return objectType(schema, document, reading)
    default:
      return unknown
  }
}

function objectType(schema: Keywords, document: Json, reading: Reading): Type {
  const properties = own(schema, 'properties')
  const required = new Set(listed(schema, 'required').map(String))
  const fields = Object.entries(isObject(properties) ? properties : {}).map(([name, property]): readonly [string, Type] => {
    const part = { schema: property, document }
    const type = typeOf(part, reading)
    return [name, required.has(name) || isFilled(part, reading) ? type : maybe(type)]
  })
  const others = othersOf(schema, document, reading)
  if (fields.length === 0 && others !== 'closed')
    return others === 'open' ? unknownObject : withForm({ kind: 'object', fields: new Map(), others })
  return withForm({ kind: 'object', fields: new Map(fields), others, requires: requiresOf(schema) })
}

const withForm = (form: Form): Type => ({ forms: [form], missing: false })
const unknownObject: Type = withForm({ kind: 'object', fields: new Map(), others: unknown })

/** Keywords by which other fields come in. */
const opening = ['patternProperties', 'if', 'dependentSchemas', 'not', 'propertyNames']

function othersOf(schema: Keywords, document: Json, reading: Reading): ObjectForm['others'] {
  const additional = own(schema, 'additionalProperties')
  if (opening.some(keyword => Object.hasOwn(schema, keyword))) return unknown
  if (additional === undefined) return own(schema, 'unevaluatedProperties') === true ? unknown : 'open'
  return additional === false ? 'closed' : typeOf({ schema: additional, document }, reading)
}

function requiresOf(schema: Keywords): ObjectForm['requires'] {
  const dependent = own(schema, 'dependentRequired')
  if (!isObject(dependent)) return undefined
  return new Map(Object.entries(dependent).map(([name, names]) => [name, isList(names) ? names.map(String) : []]))
}

/** A property that is there even where nobody sent it: it has a default, or is a list, which nothing becomes an empty one of. */
function isFilled({ schema, document }: SchemaPart, reading: Reading, depth = 0): boolean {
  if (!isObject(schema) || depth > 8) return false
  if (Object.hasOwn(schema, 'default')) return true
  if (own(schema, 'type') === 'array' && (own(schema, 'minItems') ?? 0) === 0) return true
  const ref = own(schema, '$ref')
  const target = typeof ref === 'string' ? reading.resolve(ref, document) : undefined
  const parts = [...(target === undefined ? [] : [target]), ...listed(schema, 'allOf').map(part => ({ schema: part, document }))]
  return parts.some(part => isFilled(part, reading, depth + 1))
}

/** What is of both types at once; where that is not seen, the first of which something is known. */
export function intersection(first: Type, second: Type): Type {
  if (first.forms === undefined) return second
  if (second.forms === undefined) return first
  const kinds = new Set(second.forms.map(form => form.kind))
  const kept = first.forms.filter(form => kinds.has(form.kind))
  if (kept.length === 0) return first
  const objects = second.forms.filter(form => form.kind === 'object')
  const forms = kept.flatMap((form): readonly Form[] => {
    if (form.kind === 'object') return objects.map(other => bothObjects(form, other))
    const other = second.forms?.find(one => one.kind === form.kind)
    return [other !== undefined && 'values' in other && other.values !== undefined ? other : form]
  })
  return { forms, missing: first.missing && second.missing }
}

function bothObjects(first: ObjectForm, second: ObjectForm): ObjectForm {
  const fields = new Map(first.fields)
  for (const [name, type] of second.fields) {
    const before = fields.get(name)
    fields.set(name, before === undefined ? type : intersection(before, type))
  }
  const requires = new Map([...(first.requires ?? []), ...(second.requires ?? [])])
  return { kind: 'object', fields, others: narrower(first.others, second.others), requires }
}

/** That one part says `closed` is about its own properties: beside others it is not understood. */
function narrower(first: ObjectForm['others'], second: ObjectForm['others']): ObjectForm['others'] {
  if (first === second) return first
  if (typeof first === 'object' && typeof second === 'object') return union(first, second)
  if (typeof first === 'object') return first
  return typeof second === 'object' ? second : 'open'
}

const own = (schema: Keywords, keyword: string): Json | undefined => (Object.hasOwn(schema, keyword) ? schema[keyword] : undefined)
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
const isObject = (value: Json | undefined): value is Keywords => typeof value === 'object' && value !== null && !isList(value)

function listed(schema: Keywords, keyword: string): readonly Json[] {
  const value = own(schema, keyword)
  return isList(value) ? value : []
}
