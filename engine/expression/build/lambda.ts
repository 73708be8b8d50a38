import type { Call, Lambda } from '../ast.ts'
import type { Run } from '../budget.ts'
import { Callable, isCallable } from '../callable.ts'
import { checkProcedure } from '../check.ts'
import { Fault } from '../errors.ts'
import { boundIn, type Evaluate, type Frame, namesOf, UNSET } from '../scope.ts'
import { parseSignature, validate } from '../signature.ts'
import { weigh } from '../weight.ts'
import { isForgotten, nameOf } from './call.ts'
import type { Builder } from './compiler.ts'

/** What a lambda is estimated to take in memory. */
const lambdaSize = 600

export const buildLambda: Builder<Lambda> = (node, scope, compiler, position) => {
  // a call in tail position, where it still is one: its place may have got a predicate or a group
  if (node.thunk === true) return compiler.build(node.body, scope, isPlain(node) ? position : {})
  const params = node.arguments.map(param => param.value)
  const names = namesOf(params, boundIn(node.body))
  const slots = params.map(name => names.slots.get(name) ?? 0)
  const size = names.slots.size
  const body = compiler.build(node.body, { outer: scope, names }, { tail: true })
  const weight = weigh(node.body) + 1
  const signature = node.signature === undefined ? undefined : parseSignature(node.signature.definition)
  const inOrder = slots.every((slot, index) => slot === index + 2)
  return (input, frame) => {
    frame[1].allocate(lambdaSize)
    return new Callable(params.length, (run, args, context) => {
      const values = signature === undefined ? args : validate(signature, args, context)
      run.enter(weight)
      const own = inOrder ? frameInOrder(frame, run, values, slots.length, size) : frameBySlot(frame, run, values, slots, size)
      const result = body(input, own)
      run.depth -= 1
      return result
    })
  }
}

/** `f(?, 1)`: the missing arguments come later. */
export const buildPartial: Builder<Call> = (node, scope, compiler) => {
  checkProcedure(node.procedure, scope, compiler)
  const procedure = compiler.build(node.procedure, scope)
  const args: readonly (Evaluate | undefined)[] = node.arguments.map(argument =>
    argument.type === 'operator' ? undefined : compiler.build(argument, scope),
  )
  const missing = args.filter(argument => argument === undefined).length
  return (input, frame) => {
    const given = args.map(argument => argument?.(input, frame))
    const target = procedure(input, frame)
    const token = nameOf(node.procedure)
    if (!isCallable(target))
      throw new Fault(target === undefined && isForgotten(node.procedure) ? 'T1007' : 'T1008', { position: node.position, token })
    frame[1].allocate(lambdaSize)
    return new Callable(missing, (run, late) => {
      run.enter(given.length)
      const rest = late.values()
      const values = given.map((value, index) => (args[index] === undefined ? rest.next().value : value))
      return run.ascend(target.apply(run, values, null))
    })
  }
}

const isPlain = (node: Lambda): boolean =>
  node.body.group === undefined && node.body.predicate === undefined && node.body.keepArray !== true

function frameInOrder(outer: Frame, run: Run, values: readonly unknown[], params: number, size: number): Frame {
  // a list that is written out has room for its members; one that grows gets room for sixteen more
  if (size === 1 && params === 1) return [outer, run, values[0]]
  if (size === 2 && params === 2) return [outer, run, values[0], values[1]]
  if (size === 3 && params === 3) return [outer, run, values[0], values[1], values[2]]
  const frame: Frame = [outer, run]
  for (let index = 0; index < params; index += 1) frame.push(values[index])
  for (let index = params; index < size; index += 1) frame.push(UNSET)
  return frame
}

// a parameter named twice has one slot, and its last value
function frameBySlot(outer: Frame, run: Run, values: readonly unknown[], slots: readonly number[], size: number): Frame {
  const frame: Frame = [outer, run]
  for (let index = 0; index < size; index += 1) frame.push(UNSET)
  for (const [index, slot] of slots.entries()) frame[slot] = values[index]
  return frame
}
