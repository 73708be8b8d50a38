import { children, type Node, type Path } from './ast.ts'
import type { Run } from './budget.ts'

/** The bindings of one evaluation of a block, call or tuple: the frame around it, the evaluation, then a slot for every name. */
export type Frame = [outer: Frame | null, run: Run, ...slots: unknown[]]

/** A closure made from one node. */
export type Evaluate = (input: unknown, frame: Frame) => unknown

/** In a slot: not bound yet, so that the name still means what it means further out. */
export const UNSET = Symbol('unset')

/** Names that live in frames of one shape. Tuples get theirs while a path is compiled, so its size is read when a frame is made. */
export interface Names {
  readonly slots: Map<string, number>
  /** Bound from the beginning: parameters. */
  readonly certain: ReadonlySet<string>
}

/** Where a piece of an expression stands: what it can name. */
export interface Scope {
  readonly outer: Scope | undefined
  readonly names: Names
}

/** A place where a name may be bound: so many frames out, at that slot. */
export interface Place {
  readonly depth: number
  readonly slot: number
  readonly certain: boolean
}

const firstSlot = 2

export function namesOf(certain: readonly string[], others: Iterable<string>): Names {
  const slots = new Map<string, number>()
  const names = { slots, certain: new Set(certain) }
  for (const name of [...certain, ...others]) slotOf(names, name)
  return names
}

/** The slot of a name, which is made where there is none. */
export function slotOf(names: Names, name: string): number {
  const known = names.slots.get(name)
  if (known !== undefined) return known
  const slot = firstSlot + names.slots.size
  names.slots.set(name, slot)
  return slot
}

/** A frame with nothing bound. */
export function open(outer: Frame, names: Names): Frame {
  const { size } = names.slots
  // a list that is written out has room for its members; one that grows gets room for sixteen more
  if (size === 1) return [outer, outer[1], UNSET]
  if (size === 2) return [outer, outer[1], UNSET, UNSET]
  const frame: Frame = [outer, outer[1]]
  for (let count = size; count > 0; count -= 1) frame.push(UNSET)
  return frame
}

/** Innermost first, as far as a place that is certain. */
export function resolve(scope: Scope | undefined, name: string): readonly Place[] {
  const places: Place[] = []
  let depth = 0
  for (let at = scope; at !== undefined; at = at.outer) {
    const slot = at.names.slots.get(name)
    if (slot !== undefined) {
      const certain = at.names.certain.has(name)
      places.push({ depth, slot, certain })
      if (certain) return places
    }
    depth += 1
  }
  return places
}

/** The frame `depth` further out; scopes and frames nest alike, so it is there. */
export function climb(frame: Frame, depth: number): Frame {
  let at = frame
  for (let left = depth; left > 0 && at[0] !== null; left -= 1) at = at[0]
  return at
}

/** The names that `:=` binds in the frame a node is evaluated in: blocks, functions and tuples inside it have their own. */
export function boundIn(...nodes: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: Node): void => {
    if (node.type === 'bind') names.add(node.lhs.value)
    for (const child of sharing(node)) visit(child)
  }
  for (const node of nodes) visit(node)
  return names
}

/** The children that are evaluated in the same frame. */
function sharing(node: Node): readonly Node[] {
  if (node.type === 'block') return outside(node)
  if (node.type === 'lambda' && node.thunk !== true) return outside(node)
  if (node.type !== 'path') return children(node)
  const first = firstTuple(node)
  if (first < 0) return children(node)
  return node.steps.slice(0, first)
}

/** Predicates and groups of a block belong to the frame around it. */
function outside(node: Node): readonly Node[] {
  const stages = (node.predicate ?? []).map(stage => stage.expr)
  return [...stages, ...(node.group?.lhs.flat() ?? [])]
}

/** The step from which on a path carries tuples, or -1. */
export const firstTuple = (path: Path): number => path.steps.findIndex(step => step.tuple === true)
