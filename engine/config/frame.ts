import type { Kind } from '../core/model.ts'
import { choose } from './branch.ts'
import { type Found, findType } from './component-type.ts'
import { errorAt } from './finding-at.ts'
import type { FrameContext } from './frame-context.ts'
import { type Framed, type FramedComponent, type FramedMap, type Place, textOf } from './framed.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { below, locate } from './position.ts'
import { type Mode, readScalar } from './scalar.ts'
import { part, propertyOf, type Schema, schemasIn, textIn } from './schema-of.ts'

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
function frameShort(node: Node, short: string, schema: Schema, mode: Mode, place: Place, context: FrameContext): FramedMap {
  const entry = frame(node, propertyOf(schema, short) ?? {}, mode, place, context)
  return { kind: 'map', schema, place, entries: new Map([[short, entry]]) }
}

function frameMap(node: MapNode, schema: Schema, mode: Mode, place: Place, context: FrameContext): FramedMap {
  const entries = new Map<string, Framed>()
  for (const entry of node.entries) entries.set(entry.key, frameEntry(entry, schema, mode, place, context))
  return { kind: 'map', schema, place, entries }
}

/** One entry of a map, whose schema and place are given. */
export function frameEntry(entry: Entry, owner: Schema, mode: Mode, place: Place, context: FrameContext): Framed {
  const { key, value } = entry
  const inside = placeOf(entry, place)
  const heard = entry.inherited === true ? { ...context, report: () => undefined } : context
  if (key.includes('${')) reportKey(key, inside, heard)
  return frame(value, propertyOf(owner, key) ?? {}, mode, inside, heard)
}

/** Where the value of an entry stands. */
export const placeOf = ({ key, at, value, file, inherited }: Entry, owner: Place): Place => ({
  file: file ?? owner.file,
  pointer: below(owner.pointer, key),
  key: at,
  start: value.start,
  inherited: inherited ?? owner.inherited,
})

function reportKey(key: string, place: Place, context: FrameContext): void {
  const expression = key.includes('${{')
  const rule = expression ? 'expression-not-allowed' : 'bad-substitution'
  const message = expression ? 'a key is no expression' : 'nothing is filled into a key'
  const hint = expression ? 'write one expression that makes the whole object: ${{ { name: value } }}' : 'write the key out'
  context.report(errorAt(locate(place.file, place.key, place.pointer), rule, message, { hint }))
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

/** Finds a component's type, then lays its configuration beside that type's schema and what stands beside it beside its kind's. */
function frameComponent(node: Node, said: string, declared: Schema, place: Place, context: FrameContext): Framed {
  // `x-component` names kinds only: a test of the schemas holds it.
  const kind = said as Kind
  const found = findType(node, kind, place, context)
  if (found === undefined) return { kind: 'unknown', schema: declared, place, binds: boundBy(node) }
  const schema = context.catalogue.component(kind, found.type) ?? {}
  const modifiers = frameMap(
    { kind: 'map', start: node.start, entries: found.modifiers },
    context.catalogue.modifiers(kind) ?? {},
    constants,
    place,
    context,
  )
  const component = { kind: 'component', schema, place, component: kind, type: found.type, modifiers } as const
  if (kind === 'step') return frameStep(component, found.config, context)
  return { ...component, config: frameConfig(found, schema, place, context) }
}

/** What a step of an unknown verb binds, so that nobody who reads it is blamed besides: its `as`, and every name in what could be a `set`. */
function boundBy(node: Node): readonly string[] {
  if (node.kind !== 'map') return []
  return node.entries.flatMap(({ key, value }) => {
    if (value.kind === 'map') return value.entries.map(entry => entry.key)
    return key === 'as' && value.kind === 'scalar' ? [String(value.value)] : []
  })
}

function frameConfig(found: Found, schema: Schema, place: Place, context: FrameContext): Framed {
  const { key, node, at } = found
  const inside: Place = {
    ...place,
    file: found.file ?? place.file,
    pointer: key === undefined ? place.pointer : below(place.pointer, key),
    key: at,
    start: node.start,
  }
  // A type without configuration: its bare name, or its key with nothing behind it.
  if (node.kind === 'scalar' && (key === undefined || node.value === null))
    return frameMap({ kind: 'map', start: node.start, entries: found.config }, schema, constants, inside, context)
  const short = textIn(schema, 'x-shorthand')
  if (short !== undefined && node.kind !== 'map') return frameShort(node, short, schema, constants, inside, context)
  return frame(node, schema, constants, inside, context)
}

/** A verb's keys stand in the step itself. What its operation or plugin takes is known by the schema of that. */
function frameStep(component: Omit<FramedComponent, 'config'>, entries: readonly Entry[], context: FrameContext): FramedComponent {
  const { schema, place } = component
  const given = entries.find(entry => entry.key === 'with')
  const others: MapNode = {
    kind: 'map',
    start: place.start,
    entries: given === undefined ? entries : entries.filter(entry => entry !== given),
  }
  const config = frameMap(others, schema, constants, place, context)
  const wanted = argumentsOf(config, context)
  if (given === undefined) return { ...component, config, ...(wanted === undefined ? {} : { arguments: wanted.id }) }
  const inside = placeOf(given, place)
  const own = context.catalogue.resolve(propertyOf(schema, 'with') ?? {})
  const described = wanted === undefined ? own : { ...context.catalogue.resolve(wanted.schema), ...marks(own) }
  const framed = frame(given.value, described, constants, inside, context)
  const whole: FramedMap = { ...config, entries: new Map([...config.entries, ['with', framed]]) }
  return { ...component, config: whole, ...(wanted === undefined ? {} : { arguments: wanted.id }) }
}

/** What the step's own schema says of its arguments as a whole. */
const marks = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => /^x-(expression|constant)$/.test(keyword)))

interface Arguments {
  readonly schema: Schema
  readonly id: string
}

function argumentsOf(config: FramedMap, { catalogue, connectorType }: FrameContext): Arguments | undefined {
  for (const [name, property] of Object.entries(schemasIn(config.schema, 'properties'))) {
    const text = textOf(config.entries.get(name))
    if (text === undefined) continue
    const reference = textIn(property, 'x-reference')
    if (reference === 'plugin') {
      const schema = catalogue.component('transform', text)
      return schema === undefined ? undefined : { schema, id: textIn(schema, '$id') ?? '' }
    }
    if (reference !== 'operation') continue
    const [connector = '', operation = ''] = text.split('.')
    const type = connectorType(connector)
    const schema = type === undefined ? undefined : catalogue.component('connector', type)
    const wanted = part(part(part(schema, '$defs'), 'operations'), operation)
    return wanted === undefined ? undefined : { schema: wanted, id: `${textIn(schema ?? {}, '$id')}#/$defs/operations/${operation}` }
  }
  return undefined
}
