import type { Node } from '../ast.ts'
import type { Run } from '../budget.ts'
import type { Evaluate, Frame, Scope } from '../scope.ts'
import { CONS, collapse, extend, hasFlag, isList, isSequence, type List, type Read, reader, sequence, sequenceOf } from '../values.ts'
import { weigh } from '../weight.ts'
import type { Compiler } from './compiler.ts'
import { buildFilters } from './filter.ts'
import { buildSort } from './sort.ts'

/** What one step makes of one item, or of the whole list. */
export interface Step {
  readonly takes: 'item' | 'list' | 'flow'
  readonly weight: number
  readonly evaluate: Evaluate
  /** Where it only reads a key: in a loop that is done without a call. */
  readonly read?: Read | undefined
}

/** Between two steps: one item, or a list of them; `undefined` is none. */
export type Flow = { readonly many: false; readonly item: unknown } | { readonly many: true; readonly list: List } | undefined

/** What becomes of the items at the end: grouped, kept as a list, collapsed. */
export type Finish = (flow: Flow, frame: Frame) => unknown

export const buildSteps = (nodes: readonly Node[], scope: Scope, compiler: Compiler): readonly Step[] =>
  nodes.map((node, index) => buildStep(node, scope, compiler, index === 0))

/** Takes one step after the other; `final`: the last of them is the path's. */
export function walk(steps: readonly Step[], start: Flow, frame: Frame, final: boolean): Flow {
  let flow = start
  for (let at = 0; at < steps.length && flow !== undefined; at += 1) {
    const step = steps[at]
    if (step === undefined) return flow
    const last = final && at === steps.length - 1
    if (step.takes === 'list') flow = ofList(step.evaluate(flow.many ? fresh(flow.list) : sequenceOf(flow.item), frame))
    else if (step.takes === 'flow') flow = ofList(step.evaluate(flow.many ? flow.list : flow.item, frame))
    else if (!flow.many) flow = ofOne(step.evaluate(flow.item, frame), last)
    else if (flow.list.length === 1) flow = ofOne(step.evaluate(flow.list[0], frame), last)
    else if (step.read !== undefined) flow = readMany(frame[1], flow.list, step.read, last)
    else flow = ofMany(step, flow.list, frame, last)
    if (flow?.many === true && flow.list.length === 0) return flow
  }
  return flow
}

/** The last step gives the very list where only one item had one. */
function ofOne(result: unknown, last: boolean): Flow {
  if (result === undefined) return undefined
  if (!isList(result)) return { many: false, item: result }
  if (isSequence(result)) return result.length === 0 ? undefined : { many: true, list: last ? fresh(result) : result }
  if (!last && hasFlag(result, CONS)) return { many: false, item: result }
  return result.length === 0 && !last ? undefined : { many: true, list: result }
}

function ofMany(step: Step, list: List, frame: Frame, last: boolean): Flow {
  const run = frame[1]
  run.charge(list.length * step.weight)
  const found = sequence()
  let count = 0
  let only: List | undefined
  for (let index = 0; index < list.length; index += 1) {
    const result = step.evaluate(list[index], frame)
    if (result === undefined) continue
    count += 1
    if (!isList(result)) found.push(result)
    else {
      if (last && count === 1 && !isSequence(result)) only = result
      if (hasFlag(result, CONS) && !isSequence(result)) found.push(result)
      else extend(run, found, result)
    }
  }
  run.allocate(count * 8)
  if (only !== undefined && count === 1) return { many: true, list: only }
  return found.length === 0 ? undefined : { many: true, list: found }
}

/** The same where the step only reads a key. */
function readMany(run: Run, list: List, read: Read, last: boolean): Flow {
  run.charge(list.length * 2)
  run.allocate(list.length * 8)
  const found = sequence()
  let count = 0
  let only: List | undefined
  for (let index = 0; index < list.length; index += 1) {
    const value = read(run, list[index])
    if (value === undefined) continue
    const result = isList(value) ? collapse(value) : value
    if (result === undefined) continue
    count += 1
    if (!isList(result)) found.push(result)
    else {
      if (last && count === 1 && !isSequence(result)) only = result
      if (hasFlag(result, CONS) && !isSequence(result)) found.push(result)
      else extend(run, found, result)
    }
  }
  if (only !== undefined && count === 1) return { many: true, list: only }
  return found.length === 0 ? undefined : { many: true, list: found }
}

function ofList(result: unknown): Flow {
  if (isList(result)) return { many: true, list: result }
  return result === undefined ? undefined : { many: false, item: result }
}

// flags of the step's own result, as `[]`, do not reach the path's
function fresh(list: List): List {
  const copy = sequence()
  for (const item of list) copy.push(item)
  return copy
}

function buildStep(node: Node, scope: Scope, compiler: Compiler, first: boolean): Step {
  const predicates = (node.stages ?? []).flatMap(stage => (stage.type === 'filter' ? [stage.expr] : []))
  // an array constructor at the start is made once, whatever the context
  const takes = node.type === 'sort' ? 'list' : first && node.consarray === true ? 'flow' : 'item'
  const evaluate = node.type === 'sort' ? buildSort(node, scope, compiler) : compiler.build(node, scope)
  const bare = predicates.length === 0 && node.predicate === undefined && node.group === undefined && node.keepArray !== true
  const read = node.type === 'name' && bare ? reader(node.value) : undefined
  return { takes, read, weight: weigh(node) + 1, evaluate: buildFilters(predicates, scope, compiler, evaluate) }
}
