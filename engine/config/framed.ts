import type { Splice } from '../core/expression.ts'
import type { Where } from '../core/finding.ts'
import type { Kind } from '../core/model.ts'
import type { Secret } from '../core/secret.ts'
import type { ScalarNode } from './node.ts'
import { locate, type SourceFile } from './position.ts'
import type { Schema } from './schema-of.ts'

/** A piece of configuration beside the schema that describes it: shorthands written out, components told apart, `${…}` filled in. */
export type Framed = FramedScalar | FramedMap | FramedList | FramedComponent | FramedUnknown

/** Where it stands. `key` is the offset of what leads to it: its key, or itself in a list. */
export interface Place {
  readonly file: SourceFile
  readonly pointer: string
  readonly key: number
  readonly start: number
  /** A default brought it here: what is wrong with it is told where the default stands. */
  readonly inherited?: boolean | undefined
}

export interface FramedScalar {
  readonly kind: 'scalar'
  readonly schema: Schema
  readonly place: Place
  readonly node: ScalarNode
  readonly value: null | boolean | number | string | Secret
  /** Absent where there is no expression in it. */
  readonly template?: readonly TemplatePart[] | undefined
  readonly splice: Splice
  /** Some of it came from outside the file: it is never repeated in a finding. */
  readonly substituted: boolean
  /** There was something to say about it already. */
  readonly faulty: boolean
}

/** `offset` is where the source begins in the scalar's value. */
export type TemplatePart = string | { readonly source: string; readonly offset: number }

export interface FramedMap {
  readonly kind: 'map'
  readonly schema: Schema
  readonly place: Place
  readonly entries: ReadonlyMap<string, Framed>
}

export interface FramedList {
  readonly kind: 'list'
  readonly schema: Schema
  readonly place: Place
  readonly items: readonly Framed[]
}

export interface FramedComponent {
  readonly kind: 'component'
  readonly schema: Schema
  readonly place: Place
  readonly component: Kind
  readonly type: string
  readonly config: Framed
  readonly modifiers: FramedMap
  /** Of a step that names an operation or a plugin: the schema of its arguments, by `$id` and pointer. */
  readonly arguments?: string | undefined
}

/** A component whose type cannot be told: it was said so, and nothing more is said about it. */
interface FramedUnknown {
  readonly kind: 'unknown'
  /** Names that it seems to bind. */
  readonly binds: readonly string[]
  readonly schema: Schema
  readonly place: Place
}

/** Where a finding about the thing itself points. */
export const whereOf = ({ place }: Framed): Where => locate(place.file, place.start, place.pointer)
/** Where a finding about something that is missing in it points: its key. */
export const whereKey = ({ place }: Framed): Where => locate(place.file, place.key, place.pointer)

/** The entry of a map, `undefined` where there is none or it is no map. */
export const entryOf = (framed: Framed | undefined, name: string): Framed | undefined =>
  framed?.kind === 'map' ? framed.entries.get(name) : undefined

/** The text of a scalar that is one. */
export const textOf = (framed: Framed | undefined): string | undefined =>
  framed?.kind === 'scalar' && framed.template === undefined && typeof framed.value === 'string' ? framed.value : undefined

/** Every component of a tree, the tree itself first, those inside of components too. */
export function componentsIn(framed: Framed, found: FramedComponent[] = []): readonly FramedComponent[] {
  if (framed.kind === 'component') {
    found.push(framed)
    componentsIn(framed.config, found)
    componentsIn(framed.modifiers, found)
  } else if (framed.kind === 'map') for (const entry of framed.entries.values()) componentsIn(entry, found)
  else if (framed.kind === 'list') for (const item of framed.items) componentsIn(item, found)
  return found
}
