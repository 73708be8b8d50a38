import type { Json } from '../core/message.ts'
import { isSchemaObject, keyword, type Located, type Resolve, type SchemaObject, subschemas, typesOf } from './locate.ts'

/** What a schema says of a value as a whole, its `$ref` and `allOf` included. */
export interface Facts {
  /** The first `default` that is found. */
  readonly default: Json | undefined
  readonly nullable: boolean
  /** It names a list: nothing but a list, or null, is valid. */
  readonly list: boolean
  /** It names an object, and a text would not be valid. */
  readonly object: boolean
  readonly minItems: number
}

export function factsOf(located: Located, resolve: Resolve): Facts {
  return gather(located, resolve, new Set())
}

const nothing: Facts = { default: undefined, nullable: true, list: false, object: false, minItems: 0 }

function gather({ schema, document }: Located, resolve: Resolve, seen: Set<Json>): Facts {
  if (!isSchemaObject(schema) || seen.has(schema)) return nothing
  seen.add(schema)
  const types = typesOf(schema)
  const minItems = keyword(schema, 'minItems')
  const own: Facts = {
    default: keyword(schema, 'default'),
    nullable: isNullable({ schema, document }, resolve, seen),
    list: types?.every(type => type === 'array' || type === 'null') === true && types.includes('array'),
    object:
      types === undefined
        ? Object.hasOwn(schema, 'properties') || Object.hasOwn(schema, 'required')
        : types.includes('object') && !types.includes('string'),
    minItems: typeof minItems === 'number' ? minItems : 0,
  }
  const ref = keyword(schema, '$ref')
  const target = typeof ref === 'string' ? resolve(ref, document) : undefined
  const others = [...(target === undefined ? [] : [target]), ...subschemas(schema, 'allOf').map(part => ({ schema: part, document }))]
  return others.map(other => gather(other, resolve, seen)).reduce(both, own)
}

const both = (a: Facts, b: Facts): Facts => ({
  default: a.default ?? b.default,
  nullable: a.nullable && b.nullable,
  list: a.list || b.list,
  object: a.object || b.object,
  minItems: Math.max(a.minItems, b.minItems),
})

function isNullable(
  { schema, document }: { readonly schema: SchemaObject; readonly document: Json },
  resolve: Resolve,
  seen: Set<Json>,
): boolean {
  const types = typesOf(schema)
  if (types !== undefined && !types.includes('null')) return false
  if (Object.hasOwn(schema, 'const')) return schema['const'] === null
  const allowed = keyword(schema, 'enum')
  if (Array.isArray(allowed) && !allowed.includes(null)) return false
  return ['anyOf', 'oneOf'].every(name => {
    const branches = subschemas(schema, name)
    return branches.length === 0 || branches.some(branch => gather({ schema: branch, document }, resolve, new Set(seen)).nullable)
  })
}
