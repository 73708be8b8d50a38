import type { Node, Path } from '../ast.ts'
import { type Environment, type Infer, overMembers, within } from './environment.ts'
import { grouped } from './group.ts'
import { narrow } from './narrow.ts'
import { beginningOf, lengthAt, shown } from './place.ts'
import { each, isAlways, listOf, maybe, number, sequenceOf, someOf, type Type, union, unknown } from './type.ts'

/** `a.b[c].d`: every step is asked of what the one before gave, of each member where that is a list. */
export function inferPath(path: Path, outer: Environment, infer: Infer): Type {
  let environment = outer
  let current: Type | undefined
  let label = outer.label
  let written = false
  for (const step of path.steps) {
    if (current === undefined) {
      current = inferFirst(step, environment, infer)
    } else {
      // of a list that is written out the next step may be asked as a whole
      const before: Type = written && current.forms !== undefined ? union(current, listOf(current)) : current
      const { one, many } = each(before)
      const own = inferStep(step, { ...within(environment, one, label), guarded: outer.guarded }, infer)
      const given = many ? joined(step, own) : own
      current = current.missing && !many ? maybe(given) : given
    }
    written = isWritten(step)
    label = step.type === 'name' || step.type === 'variable' ? shown(step) : 'the item'
    if (!isTuple(step)) continue
    // what is carried along with the items is not followed
    environment = withTuple(step, environment)
    current = unknown
  }
  const type = current ?? unknown
  if (path.group !== undefined) return grouped(type, path.group.lhs, environment, infer)
  return path.keepSingletonArray === true || path.keepArray === true ? listOf(each(type).one) : type
}

/** The first step is asked of each member, where `$` is a list and it is no name or variable. */
function inferFirst(step: Node, environment: Environment, infer: Infer): Type {
  if (step.type === 'name' || step.type === 'variable' || !each(environment.context).many) return inferStep(step, environment, infer)
  const own = inferStep(step, overMembers(environment), infer)
  return union(own, joined(step, own))
}

/** The results of a step for all contexts. Sorting keeps items as they are, and a list that is written out stays one. */
function joined(step: Node, own: Type): Type {
  return step.type === 'sort' || isWritten(step) ? someOf(own) : sequenceOf(own)
}

const isWritten = (step: Node): boolean => step.type === 'unary' && step.value === '['

/** What a step gives for one context, before the results of all are put together. */
function inferStep(step: Node, environment: Environment, infer: Infer): Type {
  if (step.type === 'sort') {
    infer(step, environment)
    return environment.context
  }
  const { stages, ...bare } = step
  let type = infer(bare, environment)
  for (const stage of stages ?? []) if (stage.type === 'filter') type = filtered(type, stage.expr, environment, { infer, of: step })
  return type
}

const isTuple = (step: Node): boolean =>
  step.focus !== undefined || step.index !== undefined || step.ancestor !== undefined || step.tuple === true

/** `@$name` and `#$name`: what is joined is not known; a place is a number. */
function withTuple(step: Node, environment: Environment): Environment {
  const variables = new Map(environment.variables)
  if (step.focus !== undefined) variables.set(step.focus, unknown)
  if (step.index !== undefined) variables.set(step.index, number)
  return { ...environment, variables }
}

/** What stands in brackets behind a node that is no path. */
export function afterPredicates(type: Type, node: Node, environment: Environment, infer: Infer): Type {
  return (node.predicate ?? []).reduce((current, { expr }) => filtered(current, expr, environment, { infer, of: node }), type)
}

interface Filtering {
  readonly infer: Infer
  readonly of: Node
}

function filtered(type: Type, predicate: Node, environment: Environment, { infer, of }: Filtering): Type {
  const { one, many } = each(type)
  const inside = within(environment, one, many ? `an item of ${shown(of)}` : shown(of))
  const asked = infer(predicate, inside)
  if (type.forms === undefined) return unknown
  if (isAlways(asked, 'number')) {
    if (readsItem(predicate)) reportNumber(predicate, environment)
    return type.missing ? maybe(one) : one
  }
  const kept = narrow(inside, predicate, true).context
  const given = many ? someOf(kept) : kept
  return type.missing ? maybe(given) : given
}

/** An index that differs from item to item selects whatever stands there: a condition was meant. */
function reportNumber(predicate: Node, { notes }: Environment): void {
  const offset = beginningOf(predicate, notes.source)
  const name = shown(predicate)
  const hint = name === 'this' ? 'write a comparison' : `write ${name} > 0`
  const message = `${name} is a number, and a number in brackets is the place of an item, not a condition`
  notes.say({ rule: 'number-predicate', severity: 'warning', offset, length: lengthAt(predicate, offset), message, hint })
}

/** Whether it looks at the item that it is asked of. */
function readsItem(node: Node): boolean {
  switch (node.type) {
    case 'name':
      return true
    case 'variable':
      return node.value === ''
    case 'path':
      return node.steps[0] !== undefined && readsItem(node.steps[0])
    case 'binary':
      return readsItem(node.lhs) || readsItem(node.rhs)
    case 'unary':
      return node.value === '-' && readsItem(node.expression)
    case 'function':
      return node.arguments.some(readsItem)
    case 'block':
      return node.expressions.some(readsItem)
    default:
      return false
  }
}
