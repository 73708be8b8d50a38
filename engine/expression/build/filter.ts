import type { Node } from '../ast.ts'
import type { Run } from '../budget.ts'
import type { Evaluate, Frame, Scope } from '../scope.ts'
import { isList, isNumeric, type List, sequence, sequenceOf, truth } from '../values.ts'
import { weigh } from '../weight.ts'
import type { Compiler } from './compiler.ts'

/** A predicate applied to a value: a new sequence, or the very member when that is a list. */
export type Filter = (value: unknown, frame: Frame) => unknown

/** `[n]` picks, anything else is asked of every member. */
function buildFilter(predicate: Node, scope: Scope, compiler: Compiler): Filter {
  if (predicate.type === 'number' && typeof predicate.value === 'number' && predicate.predicate === undefined)
    return picking(predicate.value)
  const test = compiler.build(predicate, scope)
  const weight = weigh(predicate) + 1
  return (value, frame) => {
    const run = frame[1]
    const list = isList(value) ? value : [value]
    run.charge(list.length * weight)
    const kept = sequence()
    for (let index = 0; index < list.length; index += 1) {
      const item = list[index]
      const answer = test(item, frame)
      if (answer === true) kept.push(item)
      else if (answer !== false && answer !== undefined) keep(run, kept, item, times(run, answer, index, list.length))
    }
    run.allocate(kept.length * 8)
    return kept
  }
}

/** How often an answer keeps the member at `index`: a number, or a list of numbers, names members, from the end where it is negative. */
export function times(run: Run, answer: unknown, index: number, length: number): number {
  if (isNumeric(answer)) return names(answer, index, length) ? 1 : 0
  if (!isList(answer) || !answer.every(isNumeric)) return truth(run, answer) ? 1 : 0
  run.charge(answer.length)
  let count = 0
  for (const number of answer) if (isNumeric(number) && names(number, index, length)) count += 1
  return count
}

/** The member that a number names. */
export function indexOf(number: number, length: number): number {
  const index = Math.floor(number)
  return index < 0 ? length + index : index
}

const names = (number: number, index: number, length: number): boolean => indexOf(number, length) === index

function keep(run: Run, kept: List, item: unknown, count: number): void {
  if (count > 1) run.allocate(count * 8)
  for (let left = count; left > 0; left -= 1) kept.push(item)
}

function picking(number: number): Filter {
  return value => {
    const list = isList(value) ? value : [value]
    const item = list[indexOf(number, list.length)]
    if (item === undefined) return sequence()
    return isList(item) ? item : sequenceOf(item)
  }
}

/** All predicates of a node, one after the other. */
export function buildFilters(predicates: readonly Node[], scope: Scope, compiler: Compiler, evaluate: Evaluate): Evaluate {
  let filtered = evaluate
  for (const predicate of predicates) {
    const filter = buildFilter(predicate, scope, compiler)
    const before = filtered
    filtered = (input, frame) => filter(before(input, frame), frame)
  }
  return filtered
}
