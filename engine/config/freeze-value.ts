import { dirname, resolve } from 'node:path'
import { parseDuration, parseSize } from '../core/duration.ts'
import type { Template } from '../core/expression.ts'
import type { Json } from '../core/message.ts'
import type { Component } from '../core/model.ts'
import { Secret, secretUrl } from '../core/secret.ts'
import { documentMode, frame } from './frame.ts'
import { type Framed, type FramedComponent, type FramedMap, type FramedScalar, whereKey } from './framed.ts'
import { type IsDeclared, messageSchema } from './message-schema.ts'
import { nodeOf } from './node.ts'
import { type Catalogue, part, type Schema, schemasIn } from './schema-of.ts'

/** What freezing asks about, besides the thing itself. */
export interface Freezing {
  readonly catalogue: Catalogue
  readonly template: (scalar: FramedScalar) => Template | undefined
  readonly declared: IsDeclared
  /** What absent properties become, by their schema in the catalogue: made once. */
  readonly defaults: Map<Schema, unknown>
}

export interface FreezeContext extends Freezing {
  /** How a component inside of what is frozen is frozen: steps and channels carry more than others. */
  readonly component: (component: FramedComponent) => unknown
}

/** Freezing in which every component is frozen alike. */
export function openFreezing(freezing: Freezing): FreezeContext {
  const context: FreezeContext = { ...freezing, component: component => freezeComponent(component, context) }
  return context
}

/** A piece of configuration as the generated types say: defaults filled in, durations and sizes as numbers, secrets hidden, components as components. */
export function freezeValue(framed: Framed, context: FreezeContext): unknown {
  if (framed.schema['x-message-schema'] === true) return deepFreeze(messageSchema(framed, context.declared))
  if (framed.kind === 'scalar') return freezeScalar(framed, context)
  if (framed.kind === 'list') return Object.freeze(framed.items.map(item => freezeValue(item, context)))
  if (framed.kind === 'map') return freezeMap(framed, context)
  if (framed.kind === 'unknown') return undefined
  return context.component(framed)
}

function freezeComponent(framed: FramedComponent, context: FreezeContext): Component {
  const { component: kind, type, config } = framed
  return Object.freeze({ kind, type, config: freezeValue(config, context), where: whereKey(framed) })
}

/** Properties in the order of their schema, then what else the author wrote in his own. */
export function freezeMap(framed: FramedMap, context: FreezeContext): Readonly<Record<string, unknown>> {
  const known = Object.entries(schemasIn(framed.schema, 'properties')).map(([name, schema]) => {
    const given = framed.entries.get(name)
    return [name, given === undefined ? defaultOf(schema, framed, context) : freezeValue(given, context)] as const
  })
  const properties = part(framed.schema, 'properties') ?? {}
  const others = [...framed.entries].filter(([name]) => !Object.hasOwn(properties, name))
  const entries = [
    ...known.filter(([, value]) => value !== undefined),
    ...others.map(([name, value]) => [name, freezeValue(value, context)] as const),
  ]
  return Object.freeze(Object.fromEntries(entries))
}

function freezeScalar(framed: FramedScalar, context: FreezeContext): unknown {
  const { schema, value } = framed
  if (framed.template !== undefined) return context.template(framed)
  if (value instanceof Secret) return schema['x-url'] === true ? secretUrl(value.reveal()) : value
  if (typeof value !== 'string') return value
  if (schema['x-url'] === true) return secretUrl(value)
  if (schema['x-secret'] === true) return new Secret(value)
  if (schema['x-type'] === 'duration') return parseDuration(value)
  if (schema['x-type'] === 'size') return parseSize(value)
  if (schema['x-path'] === true) return resolve(dirname(framed.place.file.path), value)
  return value
}

/** A default is written as an author would write it, and read the same way. */
function defaultOf(declared: Schema, owner: Framed, context: FreezeContext): unknown {
  if (context.defaults.has(declared)) return context.defaults.get(declared)
  const value = context.catalogue.resolve(declared)['default']
  const frozen = value === undefined ? undefined : freezeValue(frameDefault(value, declared, owner, context), context)
  context.defaults.set(declared, frozen)
  return frozen
}

export function frameDefault(value: Json, schema: Schema, { place }: Framed, { catalogue }: FreezeContext): Framed {
  const silent = {
    catalogue,
    outside: () => ({ variable: () => undefined, file: () => ({ fault: '' }) }),
    connectorType: () => undefined,
    report: () => undefined,
  }
  return frame(nodeOf(value, place.key), schema, documentMode, place, silent)
}

function deepFreeze(value: Json): Json {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) deepFreeze(item)
  return Object.freeze(value)
}
