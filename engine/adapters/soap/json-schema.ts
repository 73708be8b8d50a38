import type { Json } from '../../core/message.ts'

/** A JSON Schema that is an object, beside the document that its `#/…` references are of. */
export interface Schema {
  readonly keywords: { readonly [keyword: string]: Json }
  readonly root: Json
  /** The reference that it was reached by, if any: then it may be used in several places, and in itself. */
  readonly reference?: string | undefined
}

/** Named schemas, as `$ref: sluice:/schemas/<name>` refers to them. */
export type NamedSchemas = ReadonlyMap<string, Json>

/** Follows references to the end; `undefined` for `true`, `false`, nothing, and what refers to nothing. */
export function openSchema(schema: Json | undefined, root: Json, named: NamedSchemas): Schema | undefined {
  let at: Schema | undefined = objectOf(schema, root)
  // A chain of references that ends where it began has no type at all.
  for (let hops = 0; at !== undefined && hops < 32; hops++) {
    const { $ref: reference } = at.keywords
    if (typeof reference !== 'string') return at
    at = follow(reference, at.root, named)
  }
  return undefined
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The names of types that it allows, `null` aside; empty where it does not say. */
export function typesOf({ keywords }: Schema): readonly string[] {
  const { type, const: constant, enum: allowed } = keywords
  const said = Array.isArray(type) ? type : type === undefined ? [] : [type]
  if (said.length > 0) return said.filter(item => typeof item === 'string' && item !== 'null').map(String)
  const values = constant !== undefined ? [constant] : Array.isArray(allowed) ? allowed : []
  const kinds = new Set(values.filter(value => value !== null).map(value => (Array.isArray(value) ? 'array' : typeof value)))
  if (kinds.size > 0) return [...kinds]
  if (keywords['properties'] !== undefined) return ['object']
  return keywords['items'] === undefined ? [] : ['array']
}

export function allowsNull({ keywords: { type, enum: allowed } }: Schema): boolean {
  return type === 'null' || (Array.isArray(type) && type.includes('null')) || (Array.isArray(allowed) && allowed.includes(null))
}

/** Its properties, with those of `allOf`, and whether each is required. */
export function propertiesOf(schema: Schema, named: NamedSchemas, depth = 0): ReadonlyMap<string, Property> {
  const found = new Map<string, Property>()
  const { properties, required, allOf } = schema.keywords
  for (const part of depth < 16 && Array.isArray(allOf) ? allOf : []) {
    const opened = openSchema(part, schema.root, named)
    if (opened !== undefined) for (const [name, property] of propertiesOf(opened, named, depth + 1)) found.set(name, property)
  }
  for (const [name, property] of Object.entries(isObject(properties) ? properties : {}))
    found.set(name, { schema: property, root: schema.root, required: false })
  for (const name of Array.isArray(required) ? required : []) {
    const property = typeof name === 'string' ? found.get(name) : undefined
    if (property !== undefined) found.set(String(name), { ...property, required: true })
  }
  return found
}

export interface Property {
  readonly schema: Json
  readonly root: Json
  readonly required: boolean
}

const objectOf = (schema: Json | undefined, root: Json, reference?: string): Schema | undefined =>
  isObject(schema) ? { keywords: schema, root, reference } : undefined

function follow(reference: string, root: Json, named: NamedSchemas): Schema | undefined {
  const [address = '', pointer = ''] = reference.split('#', 2)
  const document = address === '' ? root : named.get(address.replace(/^sluice:\/schemas\//, ''))
  let at: Json | undefined = document
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(at)) at = at[Number(key)]
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
  }
  return document === undefined ? undefined : objectOf(at, document, reference)
}
