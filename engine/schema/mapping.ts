import type { Json } from '../core/message.ts'
import { isSchemaObject, keyword, type Located, type Resolve, type SchemaObject, subschemas } from './locate.ts'
import { type Mapping, mapItems, mapProperties, type PropertyMapping } from './map-children.ts'

/** What is done to values beside their schema; `undefined` is "nothing to do". */
export interface Rules {
  /** By the schema's own keywords, children apart. */
  own(schema: SchemaObject): Mapping | undefined
  /** To a property, which may be absent: `undefined` in, `undefined` out. `inner` is what its schema does. */
  property(property: Located, required: boolean, inner: Mapping | undefined): Mapping | undefined
  /** By the branches of an `anyOf` or `oneOf`. */
  alternatives(branches: readonly Branch[]): Mapping | undefined
}

export interface Branch extends Located {
  readonly mapping: Mapping | undefined
}

/**
 * Compiles a schema to a function that copies on write: what it does not change is the very same value. It follows `$ref`, `allOf`, `anyOf`,
 * `oneOf`, properties and items; objects that are not plain pass untouched. Throws where a schema refers to itself without end.
 */
export function compileMapping(located: Located, rules: Rules, resolve: Resolve): Mapping | undefined {
  const known = new Map<Json, { mapping: Mapping | undefined; ready: boolean }>()

  /** `around`: the schemas that are about this same value. */
  const compile = ({ schema, document }: Located, around: readonly Json[]): Mapping | undefined => {
    if (!isSchemaObject(schema)) return undefined
    if (around.includes(schema)) throw new Error('the schema refers to itself without end')
    const before = known.get(schema)
    // A schema inside itself is not compiled yet: it is looked up when it runs.
    if (before !== undefined) return before.ready ? before.mapping : value => (before.mapping === undefined ? value : before.mapping(value))
    const entry: { mapping: Mapping | undefined; ready: boolean } = { mapping: undefined, ready: false }
    known.set(schema, entry)
    const here = [...around, schema]
    const same = (part: Located): Mapping | undefined => compile(part, here)
    entry.mapping = chain([
      rules.own(schema),
      ...references(schema, document, resolve).map(same),
      ...subschemas(schema, 'allOf').map(part => same({ schema: part, document })),
      ...['anyOf', 'oneOf'].map(name => {
        const branches = subschemas(schema, name).map(part => ({ schema: part, document, mapping: same({ schema: part, document }) }))
        return branches.length === 0 ? undefined : rules.alternatives(branches)
      }),
      properties(schema, document),
      items(schema, document),
    ])
    entry.ready = true
    return entry.mapping
  }

  const child = (schema: Json, document: Json): Mapping | undefined => compile({ schema, document }, [])

  const properties = (schema: SchemaObject, document: Json): Mapping | undefined => {
    const required = subschemas(schema, 'required')
    const named: PropertyMapping[] = []
    const all = entriesOf(schema, 'properties')
    for (const [name, part] of all) {
      const mapping = rules.property({ schema: part, document }, required.includes(name), child(part, document))
      if (mapping !== undefined) named.push({ name, mapping })
    }
    const patterns = entriesOf(schema, 'patternProperties').map(([pattern, part]) => ({
      pattern: new RegExp(pattern, 'u'),
      mapping: child(part, document),
    }))
    const others = child(keyword(schema, 'additionalProperties') ?? true, document)
    return mapProperties({ named, known: new Set(all.map(([name]) => name)), patterns, others })
  }

  const items = (schema: SchemaObject, document: Json): Mapping | undefined =>
    mapItems(
      subschemas(schema, 'prefixItems').map(part => child(part, document)),
      child(keyword(schema, 'items') ?? true, document),
    )

  return compile(located, [])
}

function chain(mappings: readonly (Mapping | undefined)[]): Mapping | undefined {
  const [first, second, ...rest] = mappings.filter(mapping => mapping !== undefined)
  if (first === undefined || second === undefined) return first
  if (rest.length === 0) return value => second(first(value))
  return value => rest.reduce((result, mapping) => mapping(result), second(first(value)))
}

function references(schema: SchemaObject, document: Json, resolve: Resolve): readonly Located[] {
  const ref = keyword(schema, '$ref')
  const target = typeof ref === 'string' ? resolve(ref, document) : undefined
  return target === undefined ? [] : [target]
}

function entriesOf(schema: SchemaObject, name: string): readonly (readonly [string, Json])[] {
  const map = keyword(schema, name)
  return isSchemaObject(map) ? Object.entries(map) : []
}
