import type { Block, Node, Path, Sort, Stage } from '../ast.ts'
import { boundIn, type Evaluate, type Frame, firstTuple, type Names, namesOf, open, type Scope, slotOf } from '../scope.ts'
import { define, isList, type Plain } from '../values.ts'
import { weigh } from '../weight.ts'
import type { Compiler, Position } from './compiler.ts'
import { indexOf, times } from './filter.ts'
import { buildPairs, collect, weighPairs } from './group.ts'
import { buildRanking } from './sort.ts'
import { buildSteps, type Finish, type Flow, walk } from './step.ts'
import { begin, context, copy, copyAll, itemsOf, merge, type Stream, Tuples, tupleSize, within } from './tuple-frames.ts'

type Advance = (stream: Stream, frame: Frame) => Stream

/** A path that carries tuples from its first `@ # %` on. */
export function buildTuplePath(node: Path, scope: Scope, compiler: Compiler, position: Position, finish: Finish): Evaluate {
  const first = firstTuple(node)
  const before = buildSteps(node.steps.slice(0, first), scope, compiler)
  const names = position.tuple ?? namesOf([], [context])
  const tupleScope: Scope = { outer: scope, names }
  const advances = node.steps.slice(first).map(step => buildAdvance(step, { names, scope: tupleScope, compiler }))
  const group = node.group === undefined ? undefined : buildTupleGroup(node, names, tupleScope, compiler)
  const handsOn = node.tuple === true && position.tuple !== undefined
  const absolute = node.steps[0]?.type === 'variable'
  return (input, frame) => {
    const start: Flow = isList(input) && !absolute ? { many: true, list: input } : { many: false, item: input }
    const flow = before.length === 0 ? start : walk(before, start, frame, false)
    // nothing before the first tuple: there are no tuples, and a group is made of nothing
    if (flow === undefined || (before.length > 0 && flow.many && flow.list.length === 0))
      return group === undefined ? finish(flow, frame) : group(begin([undefined], names, frame), frame)
    let stream = begin(flow.many ? flow.list : [flow.item], names, frame)
    for (const advance of advances) stream = advance(stream, frame)
    if (group !== undefined) return group(stream, frame)
    if (handsOn) return new Tuples(stream)
    return finish(itemsOf(frame[1], stream, names), frame)
  }
}

/** A block whose value carries tuples, with predicates that may ask for `%`. */
export function buildTupleBlock(
  node: Block,
  scope: Scope,
  compiler: Compiler,
  position: Position,
  block: (position: Position) => Evaluate,
): Evaluate {
  const names = position.tuple ?? namesOf([], [context])
  const evaluate = block({ tuple: names })
  const setting = { names, scope: { outer: scope, names }, compiler }
  const filter = chain((node.predicate ?? []).map(stage => buildTupleFilter(stage.expr, setting)))
  return (input, frame) => {
    const result = evaluate(input, frame)
    const stream =
      result instanceof Tuples ? result.frames.map(tuple => within(frame, tuple)) : begin(isList(result) ? result : [result], names, frame)
    const kept = filter(stream, frame)
    if (position.tuple !== undefined) return new Tuples(kept)
    const flow = itemsOf(frame[1], kept, names)
    return flow?.many === true ? flow.list : undefined
  }
}

/** A block with predicates whose last expression is a path that hands its tuples on. */
export function carriesTuples(node: Node): node is Block {
  if (node.type !== 'block') return false
  const last = node.expressions.at(-1)
  return last !== undefined && ((last.type === 'path' && last.tuple === true) || carriesTuples(last))
}

interface Setting {
  readonly names: Names
  readonly scope: Scope
  readonly compiler: Compiler
}

function buildAdvance(node: Node, setting: Setting): Advance {
  const { names } = setting
  if (node.type === 'sort') return chain([buildTupleSort(node, setting), ...buildStages(node.stages, setting)])
  const focus = node.focus === undefined ? undefined : slotOf(names, node.focus)
  const index = node.index === undefined ? undefined : slotOf(names, node.index)
  const ancestor = node.ancestor === undefined ? undefined : slotOf(names, node.ancestor.label)
  const at = slotOf(names, context)
  const evaluate = inTuple([node], setting, (scope, compiler) => compiler.build(node, scope, { tuple: names }))
  const weight = weigh(node) + 2
  const expand: Advance = (stream, frame) => {
    const run = frame[1]
    const out: Stream = []
    run.charge(stream.length * weight)
    for (const tuple of stream) {
      const result = evaluate(tuple[at], tuple)
      if (result === undefined) continue
      if (result instanceof Tuples) {
        copyAll(run, out, tuple, result.frames, names)
        continue
      }
      const items = isList(result) ? result : [result]
      run.charge(items.length)
      run.allocate(items.length * tupleSize(names))
      for (let position = 0; position < items.length; position += 1) {
        const next = copy(tuple, names)
        next[focus ?? at] = items[position]
        if (index !== undefined) next[index] = position
        if (ancestor !== undefined) next[ancestor] = tuple[at]
        out.push(next)
      }
    }
    return out
  }
  return chain([expand, ...buildStages(node.stages, setting)])
}

/** Evaluates in the tuple's frame; what `:=` binds there is gone afterwards. */
function inTuple(nodes: readonly Node[], setting: Setting, make: (scope: Scope, compiler: Compiler) => Evaluate): Evaluate {
  const bound = boundIn(...nodes)
  if (bound.size === 0) return make(setting.scope, setting.compiler)
  const own = namesOf([], bound)
  const evaluate = make({ outer: setting.scope, names: own }, setting.compiler)
  return (input, frame) => evaluate(input, open(frame, own))
}

function buildStages(stages: readonly Stage[] | undefined, setting: Setting): readonly Advance[] {
  return (stages ?? []).map(stage => {
    if (stage.type === 'filter') return buildTupleFilter(stage.expr, setting)
    const slot = slotOf(setting.names, stage.value)
    return stream => {
      for (const [index, tuple] of stream.entries()) tuple[slot] = index
      return stream
    }
  })
}

function buildTupleFilter(predicate: Node, setting: Setting): Advance {
  if (predicate.type === 'number' && typeof predicate.value === 'number' && predicate.predicate === undefined) {
    const number = predicate.value
    return stream => {
      const tuple = stream[indexOf(number, stream.length)]
      return tuple === undefined ? [] : [tuple]
    }
  }
  const test = inTuple([predicate], setting, (scope, compiler) => compiler.build(predicate, scope))
  const at = slotOf(setting.names, context)
  const weight = weigh(predicate) + 1
  return (stream, frame) => {
    const run = frame[1]
    run.charge(stream.length * weight)
    run.allocate(stream.length * 8)
    const kept: Stream = []
    for (const [index, tuple] of stream.entries()) {
      const answer = test(tuple[at], tuple)
      const count = answer === true ? 1 : answer === false || answer === undefined ? 0 : times(run, answer, index, stream.length)
      for (let left = count; left > 0; left -= 1) kept.push(tuple)
    }
    return kept
  }
}

/** Sorted tuples; at the beginning of the tuples, sorted items that `#` then counts. */
function buildTupleSort(node: Sort, setting: Setting): Advance {
  const rank = buildRanking(node, setting.scope, setting.compiler)
  const at = slotOf(setting.names, context)
  const index = node.index === undefined ? undefined : slotOf(setting.names, node.index)
  return (stream, frame) => {
    const sorted = rank(
      stream,
      tuple => tuple[at],
      tuple => tuple,
      frame,
    )
    if (index !== undefined) for (const [position, tuple] of sorted.entries()) tuple[index] = position
    return sorted
  }
}

/** Groups tuples: each group has the bindings of all its tuples, appended. */
function buildTupleGroup(node: Path, names: Names, scope: Scope, compiler: Compiler): (stream: Stream, frame: Frame) => Plain {
  const group = node.group ?? { lhs: [] }
  const pairs = buildPairs(group, scope, compiler)
  const weight = weighPairs(group)
  const at = slotOf(names, context)
  return (stream, frame) => {
    const run = frame[1]
    run.charge(stream.length * weight)
    const entries = collect(run, group, pairs, stream, (key, tuple) => key(tuple[at], tuple))
    const result: Plain = {}
    for (const [key, { pair, members }] of entries) {
      run.charge(weight)
      const tuple = merge(run, members, names, frame)
      const made = pairs[pair]?.value(tuple[at], tuple)
      if (made !== undefined) define(result, key, made)
    }
    return result
  }
}

const chain =
  (advances: readonly Advance[]): Advance =>
  (stream, frame) => {
    let at = stream
    for (const advance of advances) at = advance(at, frame)
    return at
  }
