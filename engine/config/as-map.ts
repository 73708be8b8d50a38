import type { Kind } from '../core/model.ts'
import { choose } from './branch.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { type Catalogue, propertyOf, type Schema, textIn } from './schema-of.ts'

/** A value as the map that it stands for, and what the schema says of each of its entries. */
export interface AsMap {
  readonly node: MapNode
  /** The schema that it was laid beside, references and alternatives resolved. */
  readonly schema: Schema
  /** Of a component whose type is written: that type. */
  readonly type: string | undefined
  readonly schemaOf: (key: string) => Schema
}

/** Writes a shorthand or a bare type out. `undefined`: it stands for no map. */
export function asMap(node: Node, declared: Schema, catalogue: Catalogue): AsMap | undefined {
  const schema = choose(catalogue.resolve(declared), node, catalogue)
  // `x-component` names kinds only: a test of the schemas holds it.
  const kind = textIn(schema, 'x-component') as Kind | undefined
  if (kind !== undefined) return component(node, kind, schema, catalogue)
  const schemaOf = (key: string): Schema => propertyOf(schema, key) ?? {}
  if (node.kind === 'map') return { node, schema, type: undefined, schemaOf }
  const short = textIn(schema, 'x-shorthand')
  return short === undefined || isNull(node) ? undefined : { node: around(node, short), schema, type: undefined, schemaOf }
}

export const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null

function component(node: Node, kind: Kind, schema: Schema, catalogue: Catalogue): AsMap | undefined {
  const types = catalogue.types(kind)
  const isType = (key: unknown): key is string => typeof key === 'string' && types.includes(key)
  const schemaOf = (key: string): Schema =>
    (isType(key) ? catalogue.component(kind, key) : propertyOf(catalogue.modifiers(kind) ?? {}, key)) ?? {}
  if (node.kind === 'map') {
    // A type key with nothing behind it is a type without configuration: nothing to take away.
    const entries = node.entries.map(entry =>
      isType(entry.key) && isNull(entry.value) ? { ...entry, value: empty(entry.value.start) } : entry,
    )
    return { node: { ...node, entries }, schema, type: entries.find(({ key }) => isType(key))?.key, schemaOf }
  }
  if (node.kind !== 'scalar' || !isType(node.value)) return undefined
  return { node: around(empty(node.start), node.value), schema, type: node.value, schemaOf }
}

const empty = (start: number): MapNode => ({ kind: 'map', start, entries: [] })

function around(value: Node, key: string): MapNode {
  const entry: Entry = { key, at: value.start, value }
  return { kind: 'map', start: value.start, entries: [entry] }
}
