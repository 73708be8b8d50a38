import type { Path } from '../ast.ts'
import { type Evaluate, firstTuple, type Scope } from '../scope.ts'
import { CONS, collapse, hasFlag, isList, isSequence, KEEP, mark, reader, SEQUENCE, sequenceOf } from '../values.ts'
import type { Builder, Compiler } from './compiler.ts'
import { buildGroup } from './group.ts'
import { buildSteps, type Finish, type Flow, type Step, walk } from './step.ts'
import { buildTuplePath } from './tuple.ts'

export const buildPath: Builder<Path> = (node, scope, compiler, position) => {
  const finish = buildFinish(node, scope, compiler)
  if (firstTuple(node) >= 0) return buildTuplePath(node, scope, compiler, position, finish)
  const steps = buildSteps(node.steps, scope, compiler)
  const chain = plainChain(node, steps)
  const general = buildWalk(node, steps, finish)
  return chain === undefined ? general : buildNames(chain, general)
}

/** A path that iterates: the input where it is a list, unless it begins with a variable. */
function buildWalk(node: Path, steps: readonly Step[], finish: Finish): Evaluate {
  const absolute = node.steps[0]?.type === 'variable'
  return (input, frame) => {
    const start: Flow = isList(input) && !absolute ? { many: true, list: input } : { many: false, item: input }
    return finish(walk(steps, start, frame, true), frame)
  }
}

/** A chain of plain names needs no sequence until a list appears; from there the general way starts again. */
function buildNames(chain: Chain, general: Evaluate): Evaluate {
  const { head } = chain
  const reads = chain.names.map(reader)
  const [only] = reads
  if (reads.length === 1 && only !== undefined && head === undefined)
    return (input, frame) => {
      if (isList(input)) return general(input, frame)
      const value = only(frame[1], input)
      return isList(value) && isSequence(value) ? general(input, frame) : value
    }
  return (input, frame) => {
    let value = head === undefined ? input : head(input, frame)
    for (const read of reads) {
      if (typeof value !== 'object') return undefined
      if (isList(value)) return general(input, frame)
      value = read(frame[1], value)
    }
    return isList(value) && isSequence(value) ? general(input, frame) : value
  }
}

function buildFinish(node: Path, scope: Scope, compiler: Compiler): Finish {
  const keeping = node.keepSingletonArray === true
  const keep = keeping || node.keepArray === true
  if (node.group !== undefined && firstTuple(node) < 0) {
    const group = buildGroup(node.group, scope, compiler)
    return (flow, frame) => group(flow === undefined ? [] : kept(flow, keeping), frame)
  }
  if (!keep) return flow => (flow === undefined ? undefined : flow.many ? collapse(flow.list) : flow.item)
  return flow => {
    if (flow === undefined) return undefined
    const value = kept(flow, keeping)
    const list = flow.many && isList(value) ? value : sequenceOf(value)
    if (isSequence(list)) list[mark] = SEQUENCE | KEEP
    return collapse(list)
  }
}

/** Under `[]` an array constructor counts as one item. */
function kept(flow: NonNullable<Flow>, keeping: boolean): unknown {
  if (!flow.many) return flow.item
  return keeping && hasFlag(flow.list, CONS) && !isSequence(flow.list) ? sequenceOf(flow.list) : flow.list
}

interface Chain {
  /** A variable that the names begin with. */
  readonly head: Evaluate | undefined
  readonly names: readonly string[]
}

function plainChain(node: Path, steps: readonly Step[]): Chain | undefined {
  if (node.group !== undefined || node.keepSingletonArray === true || node.keepArray === true) return undefined
  const [first] = node.steps
  const begins = first?.type === 'variable' && first.predicate === undefined && first.group === undefined
  const names: string[] = []
  for (const step of begins ? node.steps.slice(1) : node.steps) {
    // a name in quotes has its predicates as a text has them
    if (step.type !== 'name' || step.keepArray === true || step.predicate !== undefined || step.group !== undefined) return undefined
    names.push(step.value)
  }
  if (node.steps.some(step => step.stages !== undefined || step.keepArray === true)) return undefined
  return { head: begins ? steps[0]?.evaluate : undefined, names }
}
