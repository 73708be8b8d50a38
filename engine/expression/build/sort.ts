import type { Sort, SortTerm } from '../ast.ts'
import { Fault } from '../errors.ts'
import { kindOf } from '../kind.ts'
import { mergeSort } from '../order.ts'
import type { Evaluate, Frame, Scope } from '../scope.ts'
import { isList } from '../values.ts'
import { weigh } from '../weight.ts'
import type { Compiler } from './compiler.ts'

/** Sorts the list that it is given as input. */
export function buildSort(node: Sort, scope: Scope, compiler: Compiler): Evaluate {
  const rank = buildRanking(node, scope, compiler)
  return (input, frame) =>
    isList(input)
      ? rank(
          input,
          item => item,
          () => frame,
          frame,
        )
      : input
}

/** Sorts items whose context and frame the caller knows; a list of one is given back. */
export type Ranking = <Item>(list: Item[], context: (item: Item) => unknown, frameOf: (item: Item) => Frame, frame: Frame) => Item[]

export function buildRanking(node: Sort, scope: Scope, compiler: Compiler): Ranking {
  const terms = node.terms.map(term => compiler.build(term.expression, scope))
  const weight = weigh(node) + 1
  return (list, context, frameOf, frame) => {
    if (list.length <= 1) return list
    const run = frame[1]
    run.charge(list.length * weight)
    run.allocate(list.length * 64)
    // a term is evaluated once for an item, the later ones only where the earlier are equal
    const keyOf = (ranked: Ranked<(typeof list)[number]>, index: number): unknown => {
      while (ranked.keys.length <= index) ranked.keys.push(terms[ranked.keys.length]?.(context(ranked.item), frameOf(ranked.item)))
      return ranked.keys[index]
    }
    const ranked = list.map(item => ({ item, keys: [] }))
    const sorted = mergeSort(run, ranked, (first, second) => after(node, keyOf, first, second))
    return sorted.map(({ item }) => item)
  }
}

interface Ranked<Item> {
  readonly item: Item
  readonly keys: unknown[]
}

/** Whether the first stands after the second: by the first term that tells them apart. Missing keys are last, both ways. */
function after<Item>(
  node: Sort,
  keyOf: (ranked: Ranked<Item>, index: number) => unknown,
  first: Ranked<Item>,
  second: Ranked<Item>,
): boolean {
  for (const [index, term] of node.terms.entries()) {
    const order = compare(node, term, keyOf(first, index), keyOf(second, index))
    if (order !== 0) return order > 0
  }
  return false
}

function compare(node: Sort, term: SortTerm, first: unknown, second: unknown): number {
  if (first === undefined) return second === undefined ? 0 : 1
  if (second === undefined) return -1
  for (const key of [first, second])
    if (typeof key !== 'string' && typeof key !== 'number')
      throw new Fault('T2008', { position: node.position, token: '^', got: kindOf(key) })
  if (typeof first !== typeof second)
    throw new Fault('T2007', { position: node.position, token: '^', got: `${kindOf(first)} with ${kindOf(second)}` })
  if (first === second) return 0
  return isLess(first, second) === term.descending ? 1 : -1
}

function isLess(first: unknown, second: unknown): boolean {
  if (typeof first === 'number' && typeof second === 'number') return first < second
  return typeof first === 'string' && typeof second === 'string' && first < second
}
