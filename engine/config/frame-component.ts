import type { Kind } from '../core/model.ts'
import { type Found, findType } from './component-type.ts'
import { type FrameContext, frame, frameMap, frameShort } from './frame.ts'
import type { Framed, FramedComponent, FramedMap, Place } from './framed.ts'
import { textOf } from './framed.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { below } from './position.ts'
import type { Mode } from './scalar.ts'
import { part, propertyOf, type Schema, schemasIn, textIn } from './schema-of.ts'

const constants: Mode = { expressions: false, splice: 'text' }

/** Finds a component's type, then lays its configuration beside that type's schema and what stands beside it beside its kind's. */
export function frameComponent(node: Node, said: string, declared: Schema, place: Place, context: FrameContext): Framed {
  // `x-component` names kinds only: a test of the schemas holds it.
  const kind = said as Kind
  const found = findType(node, kind, place, context)
  if (found === undefined) return { kind: 'unknown', schema: declared, place }
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

function frameConfig(found: Found, schema: Schema, place: Place, context: FrameContext): Framed {
  const { key, node, at } = found
  const inside: Place = {
    file: place.file,
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
  const inside: Place = { file: place.file, pointer: below(place.pointer, 'with'), key: given.at, start: given.value.start }
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

function argumentsOf(config: FramedMap, { catalogue, connectorTypes }: FrameContext): Arguments | undefined {
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
    const type = connectorTypes.get(connector)
    const schema = type === undefined ? undefined : catalogue.component('connector', type)
    const wanted = part(part(part(schema, '$defs'), 'operations'), operation)
    return wanted === undefined ? undefined : { schema: wanted, id: `${textIn(schema ?? {}, '$id')}#/$defs/operations/${operation}` }
  }
  return undefined
}
