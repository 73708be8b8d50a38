import type { Run } from '../budget.ts'
import { type Frame, type Names, open, slotOf, UNSET } from '../scope.ts'
import { type List, sequence } from '../values.ts'
import { gather } from './group.ts'
import type { Flow } from './step.ts'

/** The name of the context among a tuple's bindings; no variable can be called so. */
export const context = '@'

/** The items of a path with `@ # %`, each as the frame in which the next step is evaluated. */
export class Tuples {
  readonly frames: readonly Frame[]

  constructor(frames: readonly Frame[]) {
    this.frames = frames
  }
}

/** What goes from step to step. */
export type Stream = Frame[]

// the block's own names end with it
export const within = (frame: Frame, tuple: Frame): Frame => [frame, frame[1], ...tuple.slice(2)]

/** The first tuples: each item with nothing bound. */
export function begin(list: readonly unknown[], names: Names, frame: Frame): Stream {
  const slot = slotOf(names, context)
  frame[1].allocate(list.length * tupleSize(names))
  return list.map(item => {
    const tuple = open(frame, names)
    tuple[slot] = item
    return tuple
  })
}

/** Bytes. */
export const tupleSize = (names: Names): number => 40 + names.slots.size * 8

export function itemsOf(run: Run, stream: Stream, names: Names): Flow {
  const slot = slotOf(names, context)
  const items = sequence()
  run.allocate(stream.length * 8)
  for (const tuple of stream) items.push(tuple[slot])
  return { many: true, list: items }
}

// names may have come since the tuple was made, so its length is not its size
export function copy(tuple: Frame, names: Names): Frame {
  const next: Frame = [tuple[0], tuple[1]]
  for (let slot = 2; slot < names.slots.size + 2; slot += 1) next.push(slot < tuple.length ? tuple[slot] : UNSET)
  return next
}

/** What a path inside the step has bound is bound in this one's tuples as well. */
export function copyAll(run: Run, out: Stream, tuple: Frame, inner: readonly Frame[], names: Names): void {
  run.charge(inner.length)
  run.allocate(inner.length * tupleSize(names))
  for (const bound of inner) {
    const next = copy(tuple, names)
    for (let slot = 2; slot < bound.length; slot += 1) if (bound[slot] !== UNSET) next[slot] = bound[slot]
    out.push(next)
  }
}

/** All tuples of a group as one: the bindings of each name, appended. */
export function merge(run: Run, tuples: readonly Frame[], names: Names, frame: Frame): Frame {
  const [first] = tuples
  if (tuples.length === 1 && first !== undefined) return first
  const merged = open(frame, names)
  for (let slot = 2; slot < merged.length; slot += 1) {
    const values: List = []
    for (const tuple of tuples) if (tuple[slot] !== UNSET && slot < tuple.length) values.push(tuple[slot])
    if (values.length > 0) merged[slot] = gather(run, values)
  }
  return merged
}
