import type { Json } from '../core/message.ts'
import type { Kind } from '../core/model.ts'
import { steps } from './position.ts'

/** The schema of a piece of configuration: keywords by name. */
export interface Schema {
  readonly [keyword: string]: Json
}

/** What the schemas know, as the other stages ask it. */
export interface Catalogue {
  /** The types of a kind. */
  types(kind: Kind): readonly string[]
  /** A type's own schema. */
  component(kind: Kind, type: string): Schema | undefined
  /** The schema of what may stand beside the type key. */
  modifiers(kind: Kind): Schema | undefined
  /** The operations of a connector's type, by name. */
  operations(type: string): Readonly<Record<string, Schema>>
  /** The document whose `$id` it is. */
  document(id: string): Schema
  /** The schema with its `$ref` written out, what stands beside the `$ref` winning. */
  resolve(schema: Schema): Schema
}

interface Schemas {
  readonly documents: ReadonlyMap<string, Json>
  types(kind: Kind): readonly string[]
  schema(kind: Kind, type: string): Schema | undefined
}

/** The catalogue of one load: what it has looked up once it knows. */
export function openCatalogue(registry: Schemas): Catalogue {
  const resolved = new Map<Schema, Schema>()
  const components = new Map<string, Schema | undefined>()
  const types = new Map<Kind, readonly string[]>()
  const document = (id: string): Schema => asSchema(registry.documents.get(id)) ?? {}
  const resolve = (schema: Schema): Schema => {
    const ref = schema['$ref']
    if (typeof ref !== 'string') return schema
    const known = resolved.get(schema)
    if (known !== undefined) return known
    const { $ref: _, ...beside } = schema
    const whole = { ...resolve(referred(ref)), ...beside }
    resolved.set(schema, whole)
    return whole
  }
  const component = (kind: Kind, type: string): Schema | undefined => {
    const key = `${kind}/${type}`
    if (components.has(key)) return components.get(key)
    const schema = registry.schema(kind, type)
    const absolute = schema === undefined ? undefined : withDocument(schema, textIn(schema, '$id') ?? '')
    components.set(key, absolute)
    return absolute
  }
  const referred = (ref: string): Schema => {
    const [id = '', pointer = ''] = ref.split('#')
    const own = /^sluice:\/(channel|connector|format|security|step|transform)\/(.+)\.json$/.exec(id)
    // the pattern admits kinds only
    const root = own === null ? document(id) : component(own[1] as Kind, own[2] ?? '')
    return steps(pointer).reduce<Schema | undefined>((schema, name) => part(schema, name), root) ?? {}
  }
  return {
    types: kind => {
      const known = types.get(kind) ?? registry.types(kind)
      types.set(kind, known)
      return known
    },
    component,
    modifiers: kind => asSchema(registry.documents.get(`sluice:/${kind}.json`)),
    operations: type => schemasIn(asSchema(component('connector', type)?.['$defs']), 'operations'),
    document,
    resolve,
  }
}

/** References to the document itself say which one it is: what is taken out of it still means the same. */
function withDocument(schema: Schema, id: string): Schema {
  const walk = (value: Json, key: string): Json => {
    if (key === '$ref' && typeof value === 'string' && value.startsWith('#')) return id + value
    if (isList(value)) return value.map(item => walk(item, ''))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]))
  }
  return asSchema(walk(schema, '')) ?? schema
}

/** A schema's keyword, where it is an object: `properties`, `additionalProperties`, `items`. */
export function part(schema: Schema | undefined, keyword: string): Schema | undefined {
  return schema !== undefined && Object.hasOwn(schema, keyword) ? asSchema(schema[keyword]) : undefined
}

/** The schema of a property; of any other one too, where the object takes them. */
export const propertyOf = (schema: Schema, name: string): Schema | undefined =>
  part(part(schema, 'properties'), name) ?? part(schema, 'additionalProperties')

/** The schemas of a keyword that holds several by name. */
export function schemasIn(schema: Schema | undefined, keyword: string): Readonly<Record<string, Schema>> {
  const held = Object.entries(part(schema, keyword) ?? {}).map(([name, one]) => [name, asSchema(one) ?? {}] as const)
  return Object.fromEntries(held)
}

export const textIn = (schema: Schema, keyword: string): string | undefined => {
  const value = schema[keyword]
  return typeof value === 'string' ? value : undefined
}

export const listIn = (schema: Schema, keyword: string): readonly Json[] => {
  const value = schema[keyword]
  return isList(value) ? value : []
}

const asSchema = (value: Json | undefined): Schema | undefined =>
  typeof value === 'object' && value !== null && !isList(value) ? value : undefined

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
