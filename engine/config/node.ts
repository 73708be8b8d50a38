import type { Json } from '../core/message.ts'
import type { SourceFile } from './position.ts'

/** A YAML document as written, with the offsets of everything in its file. */
export type Node = MapNode | ListNode | ScalarNode

export interface MapNode {
  readonly kind: 'map'
  readonly start: number
  readonly entries: readonly Entry[]
}
export interface Entry {
  readonly key: string
  readonly at: number
  readonly value: Node
  /** Where it was written, if that is not the file of what it stands in: an overlay or a default brought it here. */
  readonly file?: SourceFile | undefined
  /** A default brought it here: what is wrong with it is told where the default stands. */
  readonly inherited?: boolean | undefined
}
interface ListNode {
  readonly kind: 'list'
  readonly start: number
  readonly items: readonly Node[]
}
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly start: number
  readonly end: number
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded'
  readonly value: null | boolean | number | string
  /** The text as written, where a plain scalar is a number that does not say it exactly: `007`, `.inf`, an integer beyond 2^53. */
  readonly misread?: string | undefined
  /** It was said already that it is not what it looks like. */
  readonly faulty: boolean
}

/** What a schema gives by default, as if it had been written at `start`. */
export function nodeOf(value: Json, start: number): Node {
  if (isList(value)) return { kind: 'list', start, items: value.map(item => nodeOf(item, start)) }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => ({ key, at: start, value: nodeOf(item, start) }))
    return { kind: 'map', start, entries }
  }
  return { kind: 'scalar', start, end: start, style: 'double', value, faulty: false }
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
