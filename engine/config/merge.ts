import { type AsMap, asMap, isNull } from './as-map.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { below as pointerBelow, type SourceFile } from './position.ts'
import type { Catalogue, Schema } from './schema-of.ts'

/** An entry of a document, and where that is. */
export interface Placed {
  readonly entry: Entry
  readonly file: SourceFile
  readonly pointer: string
}

export interface Merged {
  /** Absent where it was taken away. */
  readonly entry: Entry | undefined
  /** What of the upper value changes nothing: the outermost such entries. */
  readonly idle: readonly Idle[]
  readonly changed: boolean
}

/** `under`: what says the same already; absent where something was to be taken away that is not there. */
export interface Idle {
  readonly upper: Placed
  readonly under: Placed | undefined
}

/**
 * Lays one entry over another of the same key. Maps merge key by key, `null` takes a key away, anything else is replaced: lists too, and a
 * component by one of another type. What is taken over keeps the place it was written at.
 */
export function merge(under: Placed, upper: Placed, schema: Schema, catalogue: Catalogue): Merged {
  if (isNull(upper.entry.value)) return { entry: undefined, idle: [], changed: true }
  const [low, high] = [asMap(under.entry.value, schema, catalogue), asMap(upper.entry.value, schema, catalogue)]
  if (low !== undefined && high !== undefined && !isOther(low, high)) return mergeMaps(under, upper, low, high, catalogue)
  if (isSame(under.entry.value, upper.entry.value)) return unchanged(under, upper)
  return { entry: { ...upper.entry, file: upper.file }, idle: [], changed: true }
}

function mergeMaps(under: Placed, upper: Placed, low: AsMap, high: AsMap, catalogue: Catalogue): Merged {
  const entries = new Map(low.node.entries.map(entry => [entry.key, entry]))
  const idle: Idle[] = []
  let changed = false
  for (const entry of high.node.entries) {
    const pointer = pointerBelow(upper.pointer, entry.key)
    const inUpper: Placed = { entry, file: entry.file ?? upper.file, pointer }
    const found = entries.get(entry.key)
    if (found === undefined && isNull(entry.value)) {
      idle.push({ upper: inUpper, under: undefined })
      continue
    }
    const inUnder = found === undefined ? undefined : { entry: found, file: found.file ?? under.file, pointer }
    const merged = inUnder === undefined ? added(inUpper) : merge(inUnder, inUpper, low.schemaOf(entry.key), catalogue)
    idle.push(...merged.idle)
    changed ||= merged.changed
    if (merged.entry === undefined) entries.delete(entry.key)
    else entries.set(entry.key, merged.entry)
  }
  if (!changed) return unchanged(under, upper)
  const value: MapNode = { kind: 'map', start: low.node.start, entries: [...entries.values()] }
  return { entry: { ...under.entry, value }, idle, changed }
}

const added = ({ entry, file }: Placed): Merged => ({ entry: { ...entry, file }, idle: [], changed: true })

const unchanged = (under: Placed, upper: Placed): Merged => ({ entry: under.entry, idle: [{ upper, under }], changed: false })

/** Two that have nothing to do with each other: a component of another type, a schema in a file and one that is written out. */
function isOther(low: AsMap, high: AsMap): boolean {
  if (low.type !== undefined && high.type !== undefined) return low.type !== high.type
  if (low.schema['x-message-schema'] !== true) return false
  return isFile(low.node) || isFile(high.node)
}

/** The same, wherever it is written and in whatever style. */
function isSame(one: Node, other: Node): boolean {
  if (one.kind === 'scalar') return other.kind === 'scalar' && one.value === other.value && one.misread === other.misread
  if (one.kind === 'list')
    return other.kind === 'list' && one.items.length === other.items.length && one.items.every((item, at) => sameAs(item, other.items[at]))
  if (other.kind !== 'map' || one.entries.length !== other.entries.length) return false
  return one.entries.every(({ key, value }) => sameAs(value, other.entries.find(entry => entry.key === key)?.value))
}

const sameAs = (one: Node, other: Node | undefined): boolean => other !== undefined && isSame(one, other)

/** `file: order.json` and nothing else. */
const isFile = ({ entries }: MapNode): boolean => entries.length === 1 && entries[0]?.key === 'file'
