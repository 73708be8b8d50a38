import type { Apply, Call, Node } from '../ast.ts'
import type { Run } from '../budget.ts'
import { Callable, isCallable, TAIL } from '../callable.ts'
import { checkCall, checkProcedure } from '../check.ts'
import { asFault, Fault } from '../errors.ts'
import { type Known, knownFunctions } from '../functions/table.ts'
import { kindOf } from '../kind.ts'
import { type Evaluate, type Frame, resolve, type Scope } from '../scope.ts'
import { fits, type Param, validate } from '../signature.ts'
import { isList } from '../values.ts'
import type { Builder, Compiler } from './compiler.ts'

export const buildCall: Builder<Call> = (node, scope, compiler, position) => {
  const builtin = builtinOf(node.procedure, scope, compiler)
  if (builtin !== undefined) checkCall(node, builtin, 0, compiler)
  else checkProcedure(node.procedure, scope, compiler)
  // in a tail call the context is the caller's, so it is the caller's to make
  const known = position.tail === true ? undefined : builtin
  const args = node.arguments.map(argument => compiler.build(argument, scope))
  if (known?.clock === true) compiler.notes.readsClock()
  if (known !== undefined) return located(node, `$${known.name}`, direct(prepared(known, node.arguments), args))
  const procedure = compiler.build(node.procedure, scope)
  const name = nameOf(node.procedure)
  const callee = (input: unknown, frame: Frame): Callable => {
    const value = procedure(input, frame)
    if (isCallable(value)) return value
    throw new Fault(value === undefined && isForgotten(node.procedure) ? 'T1005' : 'T1006', { position: beforeBracket(node), token: name })
  }
  if (position.tail === true)
    return (input, frame) => {
      const run = frame[1]
      const target = callee(input, frame)
      const values = args.map(argument => argument(input, frame))
      run.callee = target
      run.arguments = values
      return TAIL
    }
  return located(node, name, (input, frame) => {
    const target = callee(input, frame)
    return target.apply(
      frame[1],
      args.map(argument => argument(input, frame)),
      input,
    )
  })
}

/** `value ~> function`: as its first argument; a function before it makes a chain of both. */
export const buildApply: Builder<Apply> = (node, scope, compiler) => {
  const left = compiler.build(node.lhs, scope)
  const { rhs } = node
  if (rhs.type === 'function') {
    const known = builtinOf(rhs.procedure, scope, compiler)
    if (known !== undefined) checkCall(rhs, known, 1, compiler)
    else checkProcedure(rhs.procedure, scope, compiler)
    if (known?.clock === true) compiler.notes.readsClock()
    const args = [left, ...rhs.arguments.map(argument => compiler.build(argument, scope))]
    if (known !== undefined) return located(rhs, `$${known.name}`, direct(prepared(known, [node.lhs, ...rhs.arguments]), args))
    const procedure = compiler.build(rhs.procedure, scope)
    return located(rhs, nameOf(rhs.procedure), (input, frame) => {
      const values = [left(input, frame)]
      const target = procedure(input, frame)
      if (!isCallable(target))
        throw new Fault(target === undefined && isForgotten(rhs.procedure) ? 'T1005' : 'T1006', {
          position: rhs.position,
          token: nameOf(rhs.procedure),
        })
      for (const argument of args.slice(1)) values.push(argument(input, frame))
      return target.apply(frame[1], values, input)
    })
  }
  checkProcedure(rhs, scope, compiler)
  const right = compiler.build(rhs, scope)
  return (input, frame) => {
    const value = left(input, frame)
    const target = right(input, frame)
    if (!isCallable(target)) throw new Fault('T2006', { position: node.position, token: '~>', got: kindOf(target) })
    if (!isCallable(value)) return target.apply(frame[1], [value], null)
    return new Callable(1, (run, args) => {
      run.enter(2)
      const result = target.apply(run, [value.apply(run, args.slice(0, 1), null)], null)
      return run.ascend(result)
    })
  }
}

/** A built-in function as a value. */
export function functionValue(known: Known): Callable {
  return new Callable(known.arity, (run, args, context) => {
    run.charge(1)
    return invoke(known, run, validate(known.takes, args, context))
  })
}

/** The built-in function that a call means, where nothing else can be bound to its name. */
export function builtinOf(procedure: Node, scope: Scope, compiler: Compiler): Known | undefined {
  if (procedure.type !== 'variable' || procedure.predicate !== undefined || procedure.group !== undefined) return undefined
  if (compiler.externals.has(procedure.value) || resolve(scope, procedure.value).length > 0) return undefined
  return knownFunctions.get(procedure.value)
}

/** `sum(x)` where `$sum(x)` was meant. */
export function isForgotten(procedure: Node): boolean {
  const first = procedure.type === 'path' ? procedure.steps[0] : undefined
  return first?.type === 'name' && knownFunctions.has(first.value)
}

export function nameOf(procedure: Node): string {
  if (procedure.type === 'variable') return `$${procedure.value}`
  const first = procedure.type === 'path' ? procedure.steps[0] : undefined
  return first?.type === 'name' ? first.value : 'the value that is called'
}

/** The function for the text that is written in the call, where it has something to work out once. */
function prepared(known: Known, args: readonly Node[]): Known {
  const argument = args[known.literal?.at ?? 0]
  const plain = argument?.type === 'string' && argument.predicate === undefined && argument.group === undefined
  if (known.literal === undefined || (argument !== undefined && !plain)) return known
  const text = plain && typeof argument.value === 'string' ? argument.value : undefined
  return { ...known, call: known.literal.prepare(text) ?? known.call }
}

/** Calls without an array of arguments where each is of the right type as it stands; else JSONata's rules find out. */
function direct(known: Known, args: readonly Evaluate[]): Evaluate {
  const slow = (run: Run, values: readonly unknown[], input: unknown): unknown => invoke(known, run, validate(known.takes, values, input))
  const { params } = known.takes
  const rest = params.slice(args.length)
  const positional =
    args.length <= params.length && rest.every(param => param.optional && !param.context) && !params.some(param => param.repeated)
  const [first, second, third] = args
  const [one, two, three] = params.map(checker)
  const call = asCall(known)
  if (positional && args.length === 0) return (_, frame) => call(frame[1])
  if (positional && first !== undefined && one !== undefined && args.length === 1)
    return (input, frame) => {
      const value = first(input, frame)
      return one(value) ? call(frame[1], value) : slow(frame[1], [value], input)
    }
  if (positional && first !== undefined && one !== undefined && second !== undefined && two !== undefined && args.length === 2)
    return (input, frame) => {
      const a = first(input, frame)
      const b = second(input, frame)
      return one(a) && two(b) ? call(frame[1], a, b) : slow(frame[1], [a, b], input)
    }
  if (positional && first && one && second && two && third && three && args.length === 3)
    return (input, frame) => {
      const a = first(input, frame)
      const b = second(input, frame)
      const c = third(input, frame)
      return one(a) && two(b) && three(c) ? call(frame[1], a, b, c) : slow(frame[1], [a, b, c], input)
    }
  return (input, frame) =>
    slow(
      frame[1],
      args.map(argument => argument(input, frame)),
      input,
    )
}

type Untyped = (run: Run, ...args: readonly unknown[]) => unknown

// the signature has checked the arguments, which is what makes their types true
const asCall = (known: Known): Untyped => known.call as Untyped

const invoke = (known: Known, run: Run, args: readonly unknown[]): unknown => asCall(known)(run, ...args)

function checker(param: Param): (value: unknown) => boolean {
  if (param.kinds === 'sm') return value => typeof value === 'string' || value === undefined
  if (param.kinds === 'nm') return value => typeof value === 'number' || value === undefined
  if (param.kinds === 'asnblfom' && !param.array) return () => true
  if (param.array && param.member === 'n') return value => isList(value) && value.every(item => typeof item === 'number')
  return value => fits(param, value)
}

// a call's place is after its bracket
const beforeBracket = (node: Node): number | undefined => (node.position === undefined ? undefined : node.position - 1)

/** Errors inside say where the call stands and what was called, unless they know better. */
function located(node: Node, name: string, evaluate: Evaluate): Evaluate {
  return (input, frame) => {
    try {
      return evaluate(input, frame)
    } catch (error) {
      const fault = asFault(error)
      fault.position ??= beforeBracket(node)
      fault.token ??= name
      throw fault
    }
  }
}
