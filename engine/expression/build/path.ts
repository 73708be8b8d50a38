import type { Path } from '../ast.ts'
import { type Evaluate, firstTuple, type Scope } from '../scope.ts'
import { CONS, collapse, hasFlag, isList, isSequence, KEEP, mark, read, SEQUENCE, sequenceOf } from '../values.ts'
import type { Builder, Compiler } from './compiler.ts'
import { buildGroup } from './group.ts'
import { buildSteps, type Finish, type Flow, type Step, walk } from './step.ts'
import { buildTuplePath } from './tuple.ts'

export const buildPath: Builder<Path> = (node, scope, compiler, position) => {
  const finish = buildFinish(node, scope, compiler)
  if (firstTuple(node) >= 0) return buildTuplePath(node, scope, compiler, position, finish)
  const steps = buildSteps(node.steps, scope, compiler)
  const names = plainNames(node)
  const general = buildWalk(node, steps, finish)
  return names === undefined ? general : buildNames(names, steps, finish, general)
}

/** A path that iterates: the input where it is a list, unless it begins with a variable. */
function buildWalk(node: Path, steps: readonly Step[], finish: Finish): Evaluate {
  const absolute = node.steps[0]?.type === 'variable'
  return (input, frame) => {
    const start: Flow = isList(input) && !absolute ? { many: true, list: input } : { many: false, item: input }
    return finish(walk(steps, 0, start, frame), frame)
  }
}

/** A chain of plain names needs no sequence until a list appears. */
function buildNames(names: readonly string[], steps: readonly Step[], finish: Finish, general: Evaluate): Evaluate {
  const [only] = names
  if (names.length === 1 && only !== undefined)
    return (input, frame) => {
      if (isList(input)) return general(input, frame)
      const value = read(frame[1], input, only)
      return typeof value === 'object' && isList(value) && isSequence(value) ? general(input, frame) : value
    }
  return (input, frame) => {
    if (isList(input)) return general(input, frame)
    let value: unknown = input
    let at = 0
    for (const name of names) {
      value = read(frame[1], value, name)
      if (value === undefined) return undefined
      at += 1
      if (isList(value)) {
        const last = at === names.length
        if (last && !isSequence(value)) return value
        return finish(walk(steps, at, value.length === 0 ? undefined : { many: true, list: value }, frame), frame)
      }
    }
    return value
  }
}

function buildFinish(node: Path, scope: Scope, compiler: Compiler): Finish {
  const keeping = node.keepSingletonArray === true
  const keep = keeping || node.keepArray === true
  if (node.group !== undefined && firstTuple(node) < 0) {
    const group = buildGroup(node.group, scope, compiler)
    return (flow, frame) => group(flow === undefined ? [] : flow.many ? flow.list : flow.item, frame)
  }
  if (!keep) return flow => (flow === undefined ? undefined : flow.many ? collapse(flow.list) : flow.item)
  return flow => {
    if (flow === undefined) return undefined
    const list = !flow.many || (keeping && hasFlag(flow.list, CONS)) ? sequenceOf(flow.many ? flow.list : flow.item) : flow.list
    if (isSequence(list)) list[mark] = SEQUENCE | KEEP
    return collapse(list)
  }
}

function plainNames(node: Path): readonly string[] | undefined {
  if (node.group !== undefined || node.keepSingletonArray === true || node.keepArray === true) return undefined
  const names: string[] = []
  for (const step of node.steps) {
    if (step.type !== 'name' || step.stages !== undefined || step.keepArray === true) return undefined
    names.push(step.value)
  }
  return names
}
