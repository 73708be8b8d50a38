import type { Apply, Call } from '../ast.ts'
import { knownFunctions } from '../functions/table.ts'
import type { Argument } from './argument.ts'
import { resultOf } from './builtins.ts'
import type { Environment, Infer } from './environment.ts'
import { type Type, unionOf, unknown } from './type.ts'

export function inferCall(node: Call, environment: Environment, infer: Infer): Type {
  return called(node, [], environment, infer)
}

/** `value ~> $function(…)`: as its first argument. */
export function inferApply(node: Apply, environment: Environment, infer: Infer): Type {
  const type = infer(node.lhs, environment)
  if (node.rhs.type === 'function') return called(node.rhs, [{ node: node.lhs, type }], environment, infer)
  const known = node.rhs.type === 'variable' ? builtinNamed(node.rhs.value, environment) : undefined
  if (known !== undefined) return resultOf(known, [{ node: node.lhs, type }], environment, infer)
  return returned(infer(node.rhs, environment))
}

function called(node: Call, before: readonly Argument[], environment: Environment, infer: Infer): Type {
  const name = node.procedure.type === 'variable' ? builtinNamed(node.procedure.value, environment) : undefined
  const asks = name === 'exists'
  const args = node.arguments.map((argument): Argument => {
    const type = argument.type === 'lambda' ? unknown : infer(argument, { ...environment, guarded: asks })
    return { node: argument, type }
  })
  if (name !== undefined) return resultOf(name, [...before, ...args], environment, infer)
  for (const { node: argument } of args) if (argument.type === 'lambda') infer(argument, environment)
  return returned(infer(node.procedure, environment))
}

/** The built-in function that a name means here; one that is bound hides it. */
const builtinNamed = (name: string, { variables }: Environment): string | undefined =>
  !variables.has(name) && knownFunctions.has(name) ? name : undefined

function returned({ forms }: Type): Type {
  if (forms === undefined || forms.length === 0) return unknown
  return unionOf(forms.map(form => (form.kind === 'function' ? form.returns : unknown)))
}
