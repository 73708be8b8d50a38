import type { Finding } from '../core/finding.ts'
import { errorAt } from './finding-at.ts'
import { frameComponent } from './frame-component.ts'
import type { Framed, FramedMap, Place } from './framed.ts'
import type { MapNode, Node } from './node.ts'
import { below, locate } from './position.ts'
import { type Mode, readScalar } from './scalar.ts'
import { type Catalogue, listIn, part, propertyOf, type Schema, schemasIn, textIn } from './schema-of.ts'
import type { Outside } from './substitute.ts'

export interface FrameContext {
  readonly catalogue: Catalogue
  readonly outside: (place: Place) => Outside
  /** Types of the connectors of the whole folder, by name. */
  readonly connectorTypes: ReadonlyMap<string, string>
  readonly report: (finding: Finding) => void
}

const constants: Mode = { expressions: false, splice: 'text' }
export const documentMode = constants

/** Lays a tree beside its schema: shorthands and single things are written out, components found, scalars read. */
export function frame(node: Node, declared: Schema, mode: Mode, place: Place, context: FrameContext): Framed {
  const schema = choose(context.catalogue.resolve(declared), node, context.catalogue)
  const inner = modeOf(schema, mode)
  const kind = textIn(schema, 'x-component')
  if (kind !== undefined) return frameComponent(node, kind, schema, place, context)
  const empty = node.kind === 'scalar' && node.value === null
  if (schema['x-one'] === true && node.kind !== 'list' && !empty) {
    const item = frame(node, part(schema, 'items') ?? {}, inner, place, context)
    return { kind: 'list', schema, place, items: [item] }
  }
  const short = textIn(schema, 'x-shorthand')
  if (short !== undefined && node.kind === 'scalar' && !empty) return frameShort(node, short, schema, inner, place, context)
  if (node.kind === 'map') return frameMap(node, schema, inner, place, context)
  if (node.kind === 'scalar') return readScalar(node, schema, inner, place, context)
  const items = node.items.map((item, at) =>
    frame(
      item,
      part(schema, 'items') ?? {},
      inner,
      { ...place, pointer: below(place.pointer, at), key: item.start, start: item.start },
      context,
    ),
  )
  return { kind: 'list', schema, place, items }
}

/** `{ [short]: value }`, where the value alone was written. */
export function frameShort(node: Node, short: string, schema: Schema, mode: Mode, place: Place, context: FrameContext): FramedMap {
  const entry = frame(node, propertyOf(schema, short) ?? {}, mode, place, context)
  return { kind: 'map', schema, place, entries: new Map([[short, entry]]) }
}

export function frameMap(node: MapNode, schema: Schema, mode: Mode, place: Place, context: FrameContext): FramedMap {
  const entries = new Map<string, Framed>()
  for (const { key, at, value } of node.entries) {
    const inside: Place = { file: place.file, pointer: below(place.pointer, key), key: at, start: value.start }
    if (key.includes('${')) reportKey(key, inside, context)
    entries.set(key, frame(value, propertyOf(schema, key) ?? {}, mode, inside, context))
  }
  return { kind: 'map', schema, place, entries }
}

function reportKey(key: string, place: Place, context: FrameContext): void {
  const expression = key.includes('${{')
  const rule = expression ? 'expression-not-allowed' : 'bad-substitution'
  const message = expression ? 'a key is no expression' : 'nothing is filled into a key'
  const hint = expression ? 'write one expression that makes the whole object: ${{ { name: value } }}' : 'write the key out'
  context.report(errorAt(locate(place.file, place.key, place.pointer), rule, message, { hint }))
}

/** Of alternatives, the one that what was written has the shape of: nothing is ever said of a branch that nobody meant. */
function choose(schema: Schema, node: Node, catalogue: Catalogue): Schema {
  const branches = Object.values(schemasIn({ anyOf: Object.fromEntries(listIn(schema, 'anyOf').entries()) }, 'anyOf'))
  if (branches.length === 0 || 'type' in schema) return schema
  const meant = branches.map(branch => catalogue.resolve(branch)).find(branch => hasShape(branch, node))
  if (meant === undefined) return schema
  const { anyOf: _, ...beside } = schema
  return { ...meant, ...beside }
}

function hasShape(schema: Schema, node: Node): boolean {
  if (node.kind === 'map') return schema['type'] === 'object'
  if (node.kind === 'list') return schema['type'] === 'array'
  if ('const' in schema) return schema['const'] === node.value
  if (textIn(schema, 'x-shorthand') !== undefined) return true
  return schema['type'] !== 'object' && schema['type'] !== 'array'
}

/** What a schema says of everything below it. */
function modeOf(schema: Schema, mode: Mode): Mode {
  const splice = textIn(schema, 'x-splice')
  const expressions = schema['x-constant'] === true ? false : mode.expressions || schema['x-expression'] === true
  // schemas name splices of the closed list only: a test of the schemas holds it
  return expressions === mode.expressions && splice === undefined
    ? mode
    : { expressions, splice: (splice as Mode['splice']) ?? mode.splice }
}
