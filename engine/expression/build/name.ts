import type { Bind, Block, Condition, Name, Parent, Plain as PlainNode, Variable } from '../ast.ts'
import { isCoalesce, isElvis } from '../ast.ts'
import type { Run } from '../budget.ts'
import { checkBind, checkCondition, checkUnbound } from '../check.ts'
import { knownFunctions } from '../functions/table.ts'
import { boundIn, climb, type Evaluate, namesOf, open, resolve, type Scope, slotOf, UNSET } from '../scope.ts'
import { contextOf, hasFlag, isList, isObject, isOpaque, type List, OUTER, reader, sequence, truth } from '../values.ts'
import { functionValue } from './call.ts'
import type { Builder, Compiler } from './compiler.ts'

export const buildName: Builder<Name> = node => {
  const read = reader(node.value)
  return (input, frame) => read(frame[1], input)
}

/** `$`, `$$`, what is bound here, what is bound from outside, a built-in function; else nothing. */
export const buildVariable: Builder<Variable> = (node, scope, compiler) => {
  const name = node.value
  if (name === '') return input => contextOf(input)
  if (name === '$') return (_, frame) => frame[1].body
  return buildLookup(scope, name, beyond(node, scope, compiler))
}

export const buildParent: Builder<Parent> = (node, scope) => buildLookup(scope, node.slot.label, () => undefined)

export const buildBind: Builder<Bind> = (node, scope, compiler) => {
  const value = compiler.build(node.rhs, scope)
  checkBind(node, compiler)
  // known already, but in the orders and groups of a path with tuples: there it is bound in the tuple
  const slot = slotOf(scope.names, node.lhs.value)
  return (input, frame) => {
    const bound = value(input, frame)
    frame[slot] = bound
    return bound
  }
}

export const buildBlock: Builder<Block> = (node, scope, compiler, position) => {
  const bound = boundIn(...node.expressions)
  const names = namesOf([], bound)
  const inner = bound.size === 0 ? scope : { outer: scope, names }
  const final = node.expressions.length - 1
  const expressions = node.expressions.map((expression, index) => compiler.build(expression, inner, index === final ? position : {}))
  const [only] = expressions
  if (bound.size === 0 && only !== undefined && final === 0) return only
  return (input, frame) => {
    const own = bound.size === 0 ? frame : open(frame, names)
    let result: unknown
    for (const expression of expressions) result = expression(input, own)
    return result
  }
}

export const buildCondition: Builder<Condition> = (node, scope, compiler, position) => {
  const otherwise = node.else === undefined ? (): unknown => undefined : compiler.build(node.else, scope, position)
  // the parser writes the value twice; it is evaluated once
  if (isCoalesce(node)) {
    const value = compiler.build(node.then, scope)
    return (input, frame) => {
      const found = value(input, frame)
      return found === undefined ? otherwise(input, frame) : found
    }
  }
  if (isElvis(node)) {
    const value = compiler.build(node.then, scope)
    return (input, frame) => {
      const found = value(input, frame)
      return truth(frame[1], found) ? found : otherwise(input, frame)
    }
  }
  checkCondition(node, compiler)
  const condition = compiler.build(node.condition, scope)
  const then_ = compiler.build(node.then, scope, position)
  return (input, frame) => (truth(frame[1], condition(input, frame)) ? then_(input, frame) : otherwise(input, frame))
}

/** `*`: the values of all keys, lists flattened whole; with a list among them the result is a list that is not collapsed. */
export const buildWildcard: Builder<PlainNode> = () => (input, frame) => {
  const run = frame[1]
  const value = isList(input) && hasFlag(input, OUTER) ? input[0] : input
  if (typeof value !== 'object' || value === null || (!isList(value) && (!isObject(value) || isOpaque(value)))) return sequence()
  const values = Object.values(value)
  const found: List = values.some(isList) ? [] : sequence()
  run.charge(values.length)
  run.allocate(values.length * 8)
  for (const item of values) {
    if (isList(item)) flatten(run, item, found)
    else found.push(item)
  }
  return found
}

/** `**`: the value and everything in it that is no list. */
export const buildDescendants: Builder<PlainNode> = () => (input, frame) => {
  if (input === undefined) return undefined
  const found = sequence()
  descend(frame[1], input, found)
  return found.length === 1 ? found[0] : found
}

/** A name that may be bound in several frames: the innermost binding that has been made counts. */
function buildLookup(scope: Scope, name: string, otherwise: (run: Run) => unknown): Evaluate {
  const places = resolve(scope, name)
  const [first] = places
  if (first === undefined) return (_, frame) => otherwise(frame[1])
  if (first.certain && first.depth === 0) return (_, frame) => frame[first.slot]
  if (first.certain) return (_, frame) => climb(frame, first.depth)[first.slot]
  if (places.length === 1 && first.depth === 0)
    return (_, frame) => {
      const value = frame[first.slot]
      return value === UNSET ? otherwise(frame[1]) : value
    }
  return (_, frame) => {
    for (const place of places) {
      const value = climb(frame, place.depth)[place.slot]
      if (value !== UNSET) return value
    }
    return otherwise(frame[1])
  }
}

function beyond(node: Variable, scope: Scope, compiler: Compiler): (run: Run) => unknown {
  const name = node.value
  const bound = resolve(scope, name)
  if (bound.some(place => place.certain)) return () => undefined
  if (compiler.externals.has(name)) {
    compiler.notes.readsVariable(name)
    return run => run.variables.get(name)
  }
  const known = knownFunctions.get(name)
  if (known === undefined) {
    if (bound.length === 0) checkUnbound(node, scope, compiler, false)
    return () => undefined
  }
  if (known.clock === true) compiler.notes.readsClock()
  const value = functionValue(known)
  return () => value
}

function flatten(run: Run, list: List, target: List): void {
  run.descend(list.length)
  for (const item of list) {
    if (isList(item)) flatten(run, item, target)
    else target.push(item)
  }
  run.allocate(list.length * 8)
  run.ascend(undefined)
}

function descend(run: Run, value: unknown, found: List): void {
  if (!isList(value)) found.push(value)
  if (typeof value !== 'object' || value === null || (!isList(value) && (!isObject(value) || isOpaque(value)))) return
  const below = isList(value) ? value : Object.values(value)
  run.descend(below.length)
  run.allocate(below.length * 8)
  for (const item of below) descend(run, item, found)
  run.ascend(undefined)
}
