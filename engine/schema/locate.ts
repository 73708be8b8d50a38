import type { Json } from '../core/message.ts'

/** A JSON Schema, or a part of one, and the document that its `#…` references are about. */
export interface Located {
  readonly schema: Json
  readonly document: Json
}

/** Finds what a `$ref` means: `#`, `#/pointer`, or the id of a known document with or without a pointer. Undefined where it finds nothing. */
export type Resolve = (ref: string, document?: Json) => Located | undefined

/** `documents` by the id that references name. Anchors and relative references are not followed. */
export function createResolve(documents: Pick<ReadonlyMap<string, Json>, 'get'>): Resolve {
  return (ref, document) => {
    const hash = ref.indexOf('#')
    const id = hash === -1 ? ref : ref.slice(0, hash)
    const base = id === '' ? document : documents.get(id)
    if (base === undefined) return undefined
    const schema = at(base, hash === -1 ? '' : ref.slice(hash + 1))
    return schema === undefined ? undefined : { schema, document: base }
  }
}

/** A schema that is an object, as almost all are. */
export type SchemaObject = { readonly [keyword: string]: Json }

export const isSchemaObject = (schema: unknown): schema is SchemaObject =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema)

/** The value of a keyword, where it is the schema's own. */
export const keyword = (schema: SchemaObject, name: string): Json | undefined => (Object.hasOwn(schema, name) ? schema[name] : undefined)

/** The subschemas of a keyword that holds a list of them. */
export function subschemas(schema: SchemaObject, name: string): readonly Json[] {
  const list = keyword(schema, name)
  return Array.isArray(list) ? list : []
}

/** The types that the schema itself names; undefined where it names none. */
export function typesOf(schema: SchemaObject): readonly string[] | undefined {
  const type = keyword(schema, 'type')
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter(name => typeof name === 'string') : undefined
}

function at(document: Json, pointer: string): Json | undefined {
  if (pointer === '') return document
  if (!pointer.startsWith('/')) return undefined
  let value: Json | undefined = document
  for (const token of pointer.slice(1).split('/')) {
    if (typeof value !== 'object' || value === null) return undefined
    const name = decode(token)
    if (name === undefined || !Object.hasOwn(value, name)) return undefined
    value = Object.entries(value).find(([key]) => key === name)?.[1]
  }
  return value
}

function decode(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}
