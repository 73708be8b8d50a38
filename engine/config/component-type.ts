import type { Where } from '../core/finding.ts'
import type { Kind } from '../core/model.ts'
import { errorAt } from './finding-at.ts'
import type { FrameContext } from './frame-context.ts'
import type { Place } from './framed.ts'
import { nearest, suggestion } from './near.ts'
import type { Entry, MapNode, Node, ScalarNode } from './node.ts'
import { below, locate, type SourceFile } from './position.ts'
import { part, type Schema } from './schema-of.ts'

export interface Found {
  readonly type: string
  /** The type key; absent where the type's bare name was written. */
  readonly key?: string | undefined
  /** The offset of the type key. */
  readonly at: number
  /** The file of the type key, where it is not that of the component. */
  readonly file?: SourceFile | undefined
  /** What the type key holds; the name itself where it is bare. */
  readonly node: Node
  /** Of a step, its keys but for the modifiers; else what was written beside the type key and belongs below it. */
  readonly config: readonly Entry[]
  readonly modifiers: readonly Entry[]
}

/** The one type key of a component. `undefined`: it was said what is wrong. */
export function findType(node: Node, kind: Kind, place: Place, context: FrameContext): Found | undefined {
  if (node.kind === 'scalar') return bareName(node, kind, place, context)
  const label = kind === 'step' ? 'step' : kind
  if (node.kind === 'list')
    return refuse(place.start, 'wrong-type', `a ${label} is one object, not a list`, usage(kind, context), place, context)
  const types = context.catalogue.types(kind)
  const keys = node.entries.filter(entry => types.includes(entry.key))
  const [first, second] = keys
  if (first === undefined) return withoutType(node, kind, place, context)
  if (second !== undefined) {
    const related = [{ where: whereOf(first, place), text: `the first one, "${first.key}"` }]
    const message = `a ${label} has one ${noun(kind)}, and this one has "${first.key}" and "${second.key}"`
    context.report(
      errorAt(whereOf(second, place), 'several-types', message, { hint: `write two ${label}s, or take one of the keys away`, related }),
    )
    return undefined
  }
  const modifiers = part(context.catalogue.modifiers(kind), 'properties') ?? {}
  if (kind === 'step') {
    const [config, beside] = divide(node.entries, entry => !Object.hasOwn(modifiers, entry.key))
    return { type: first.key, key: first.key, at: first.at, file: first.file, node, config, modifiers: beside }
  }
  const [misplaced, beside] = divide(
    node.entries.filter(entry => entry !== first),
    entry => isMisplaced(entry, first, modifiers, context.catalogue.component(kind, first.key)),
  )
  reportMisplaced(misplaced, first.key, kind, place, context)
  const known = context.catalogue.modifiers(kind) === undefined ? reportBeside(beside, first.key, kind, place, context) : beside
  return { type: first.key, key: first.key, at: first.at, file: first.file, node: first.value, config: misplaced, modifiers: known }
}

const whereOf = ({ key, at, file }: Entry, place: Place): Where => locate(file ?? place.file, at, below(place.pointer, key))

const noun = (kind: Kind): string => (kind === 'step' ? 'verb' : 'type')

function usage(kind: Kind, context: FrameContext): string {
  return `one of ${context.catalogue.types(kind).join(', ')}`
}

function bareName(node: ScalarNode, kind: Kind, place: Place, context: FrameContext): Found | undefined {
  const { value } = node
  const types = context.catalogue.types(kind)
  if (kind !== 'step' && typeof value === 'string' && types.includes(value))
    return { type: value, at: place.key, node, config: [], modifiers: [] }
  if (kind === 'step' || typeof value !== 'string')
    return refuse(
      value === null ? place.key : node.start,
      'wrong-type',
      `a ${kind} is an object with one ${noun(kind)}`,
      usage(kind, context),
      place,
      context,
    )
  if (value.includes('${')) {
    const rule = value.includes('${{') ? 'expression-not-allowed' : 'bad-substitution'
    return refuse(node.start, rule, `the type of a ${kind} is written out`, usage(kind, context), place, context)
  }
  // an address with a password in it may stand where its type should
  const shown = /^[\w.-]{1,40}$/.test(value) ? `there is no ${kind} "${value}"` : `this is no ${kind}`
  return refuse(node.start, 'unknown-type', shown, suggestion(value, types), place, context)
}

function withoutType(node: MapNode, kind: Kind, place: Place, context: FrameContext): undefined {
  const types = context.catalogue.types(kind)
  const modifiers = part(context.catalogue.modifiers(kind), 'properties') ?? {}
  const taken = kind === 'step' ? keysOfVerbs(types, context) : new Set<string>()
  const unknown = node.entries.filter(entry => !Object.hasOwn(modifiers, entry.key) && !taken.has(entry.key))
  const near = unknown.find(entry => nearest(entry.key, types) !== undefined) ?? (unknown.length === 1 ? unknown[0] : undefined)
  if (
    near !== undefined &&
    (unknown.length > 1 || nearest(near.key, Object.keys(modifiers)) === undefined || nearest(near.key, types) !== undefined)
  ) {
    const message = kind === 'step' ? `there is no step "${near.key}"` : `there is no ${kind} of type "${near.key}"`
    return refuse(near.at, 'unknown-type', message, suggestion(near.key, types), place, context, near)
  }
  const named = node.entries.find(entry => entry.value.kind === 'scalar' && types.includes(String(entry.value.value)))
  const hint = named?.value.kind === 'scalar' ? `write ${named.value.value}: { … } with its configuration below it` : usage(kind, context)
  return refuse(place.key, 'missing-type', `this ${kind} has no ${noun(kind)}`, hint, place, context)
}

/** Keys that stand beside a verb: none of them can be a mistyped one. */
function keysOfVerbs(verbs: readonly string[], { catalogue }: FrameContext): ReadonlySet<string> {
  return new Set(verbs.flatMap(verb => Object.keys(part(catalogue.component('step', verb), 'properties') ?? {})))
}

function refuse(
  at: number,
  rule: string,
  message: string,
  hint: string | undefined,
  place: Place,
  context: FrameContext,
  entry?: Entry,
): undefined {
  const where = entry === undefined ? locate(place.file, at, place.pointer) : whereOf(entry, place)
  context.report(errorAt(where, rule, message, { hint }))
  return undefined
}

/** A line that is indented too little: its key is one of the type's, and the type key has nothing of its own or lies right above. */
function isMisplaced(entry: Entry, type: Entry, modifiers: Schema, schema: Schema | undefined): boolean {
  const ofType = Object.hasOwn(part(schema, 'properties') ?? {}, entry.key)
  return ofType && !Object.hasOwn(modifiers, entry.key) && type.value.kind === 'scalar' && type.value.value === null
}

function reportMisplaced(entries: readonly Entry[], type: string, kind: Kind, place: Place, context: FrameContext): void {
  const [first] = entries
  if (first === undefined) return
  const message = `unknown field "${first.key}" beside "${type}": it belongs below it`
  refuse(
    first.at,
    'unknown-field',
    message,
    `indent it below "${type}:"; beside it stand modifiers of the ${kind} only`,
    place,
    context,
    first,
  )
}

/** Nothing may stand beside the type of a kind without modifiers. */
function reportBeside(entries: readonly Entry[], type: string, kind: Kind, place: Place, context: FrameContext): readonly Entry[] {
  const properties = Object.keys(part(context.catalogue.component(kind, type), 'properties') ?? {})
  for (const entry of entries) {
    const { key, at } = entry
    const hint = properties.includes(key) ? `write it below "${type}:"` : suggestion(key, properties)
    refuse(at, 'unknown-field', `unknown field "${key}" beside ${kind} ${type}`, hint, place, context, entry)
  }
  return []
}

function divide<T>(all: readonly T[], first: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(first), all.filter(one => !first(one))]
}
