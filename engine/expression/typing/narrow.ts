import type { Binary, Call, Node } from '../ast.ts'
import type { Environment, Surroundings } from './environment.ts'
import { type Form, present, type Type } from './type.ts'

/** What is known besides where a condition is true, or where it is not: fields that were asked for are there. */
export function narrow(environment: Environment, condition: Node, truth: boolean): Environment {
  return factsOf(condition, truth).reduce(refineInside, environment)
}

/** The same for what an expression is typed with. */
export function narrowSurroundings<Known extends Surroundings>(surroundings: Known, condition: Node, truth: boolean): Known {
  let { body, variables } = surroundings
  for (const { root, names } of factsOf(condition, truth)) {
    if (root === '' || root === '$') body = refined(body, names)
    else variables = refinedVariable(variables, root, names)
  }
  return { ...surroundings, body, variables }
}

/** A path that is there. `root`: '' is `$`, '$' is `$$`, else a variable. */
interface Fact {
  readonly root: string
  readonly names: readonly string[]
}

function factsOf(node: Node, truth: boolean): readonly Fact[] {
  switch (node.type) {
    case 'binary':
      if (node.value === 'and' || node.value === 'or')
        return (node.value === 'and') === truth ? [...factsOf(node.lhs, truth), ...factsOf(node.rhs, truth)] : []
      return comparisonFacts(node, truth)
    case 'function':
      return callFacts(node, truth)
    case 'block':
      return node.expressions.length === 1 && node.expressions[0] !== undefined ? factsOf(node.expressions[0], truth) : []
    case 'condition':
      // `a ?? false`: true only where a is
      return truth && node.else?.type === 'value' && node.else.value === false ? factsOf(node.then, true) : []
    default:
      return truth ? pathsIn(node) : []
  }
}

function comparisonFacts(node: Binary, truth: boolean): readonly Fact[] {
  if (node.value === '=' && node.rhs.type === 'value' && typeof node.rhs.value === 'boolean')
    return [...factsOf(node.lhs, truth === node.rhs.value), ...(truth ? pathsIn(node.lhs) : [])]
  return truth ? [...pathsIn(node.lhs), ...pathsIn(node.rhs)] : []
}

function callFacts(node: Call, truth: boolean): readonly Fact[] {
  const name = node.procedure.type === 'variable' ? node.procedure.value : ''
  const [argument] = node.arguments
  if (argument === undefined) return []
  if (name === 'not') return factsOf(argument, !truth)
  if (name === 'boolean') return factsOf(argument, truth)
  return truth ? pathsIn(argument) : []
}

/** The paths without which a value would be nothing. */
function pathsIn(node: Node): readonly Fact[] {
  switch (node.type) {
    case 'name':
      return [{ root: '', names: [node.value] }]
    case 'variable':
      return [{ root: node.value, names: [] }]
    case 'path':
      return pathFact(node.steps)
    case 'binary':
      return node.value === '&' ? [] : [...pathsIn(node.lhs), ...pathsIn(node.rhs)]
    case 'function':
      return node.arguments[0] === undefined ? [] : pathsIn(node.arguments[0])
    case 'block':
      return node.expressions.length === 1 && node.expressions[0] !== undefined ? pathsIn(node.expressions[0]) : []
    default:
      return []
  }
}

function pathFact(steps: readonly Node[]): readonly Fact[] {
  const [first, ...rest] = steps
  const names: string[] = []
  if (first?.type !== 'name' && first?.type !== 'variable') return []
  if (first.type === 'name') names.push(first.value)
  for (const step of rest) {
    if (step.type !== 'name') break
    names.push(step.value)
  }
  return [{ root: first.type === 'variable' ? first.value : '', names }]
}

function refineInside(environment: Environment, { root, names }: Fact): Environment {
  const { context, body, variables } = environment
  if (root !== '' && root !== '$') return { ...environment, variables: refinedVariable(variables, root, names) }
  const atBody = context === body
  const changed = refined(root === '' ? context : body, names)
  if (atBody) return { ...environment, context: changed, body: changed }
  return root === '' ? { ...environment, context: changed } : { ...environment, body: changed }
}

function refinedVariable(variables: Surroundings['variables'], name: string, names: readonly string[]): Surroundings['variables'] {
  const type = variables.get(name)
  return type === undefined ? variables : new Map([...variables, [name, refined(type, names)]])
}

/** The type where what the names lead to is there, over lists too. */
function refined(type: Type, names: readonly string[]): Type {
  const [name, ...rest] = names
  if (name === undefined || type.forms === undefined) return present(type)
  return { forms: type.forms.map(form => refinedForm(form, name, rest)), missing: false }
}

function refinedForm(form: Form, name: string, rest: readonly string[]): Form {
  if (form.kind === 'list') return { ...form, items: refined(form.items, [name, ...rest]) }
  const field = form.kind === 'object' ? form.fields.get(name) : undefined
  if (form.kind !== 'object' || field === undefined) return form
  const fields = new Map(form.fields)
  fields.set(name, refined(field, rest))
  for (const other of form.requires?.get(name) ?? []) {
    const required = fields.get(other)
    if (required !== undefined) fields.set(other, present(required))
  }
  return { ...form, fields }
}
