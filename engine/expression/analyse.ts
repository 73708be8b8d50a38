import { type Call, children, type Node, type Path } from './ast.ts'
import { knownFunctions } from './functions/table.ts'
import { mayTakeContext } from './signature.ts'

/** What of the body an expression looks at: the first names of its paths, everything, or nothing. */
export function bodyReads(tree: Node): 'nothing' | 'everything' | readonly string[] {
  const names = new Set<string>()
  const everything = visit(tree, true, { names, contextual: usesContext(tree) })
  if (everything) return 'everything'
  return names.size === 0 ? 'nothing' : [...names]
}

/** Whether a node's value is known without looking anywhere. */
export function isConstant(node: Node): boolean {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return node.predicate === undefined
    case 'binary':
    case 'unary':
    case 'block':
    case 'condition':
      return children(node).every(isConstant)
    default:
      return false
  }
}

interface Reading {
  readonly names: Set<string>
  /** Some function is handed about that takes the context for a missing argument. */
  readonly contextual: boolean
}

/** Collects names; true where all of the body is looked at. `atBody`: the node is evaluated with the body as its context. */
function visit(node: Node, atBody: boolean, reading: Reading): boolean {
  switch (node.type) {
    case 'path':
      return visitPath(node, atBody, reading)
    case 'name':
      if (atBody) reading.names.add(node.value)
      return visitBehind(node, reading)
    case 'variable':
      return node.value === '$' || (node.value === '' && atBody) || visitBehind(node, reading)
    case 'wildcard':
    case 'descendant':
    case 'parent':
      return atBody || node.type === 'parent'
    case 'function':
      if (atBody && takesContext(node, 0, reading)) return true
      break
    case 'apply':
      if (atBody && node.rhs.type === 'function' && takesContext(node.rhs, 1, reading)) return true
      if (node.rhs.type === 'function') return visitAll([node.lhs, node.rhs.procedure, ...node.rhs.arguments], atBody, reading)
      break
    case 'transform':
      return visitAll(children(node), false, reading)
    default:
  }
  const behind = new Set([...(node.predicate ?? []).map(stage => stage.expr), ...(node.group?.lhs.flat() ?? [])])
  return children(node)
    .map(child => visit(child, atBody && !behind.has(child), reading))
    .includes(true)
}

const visitAll = (nodes: readonly Node[], atBody: boolean, reading: Reading): boolean =>
  nodes.map(node => visit(node, atBody, reading)).includes(true)

/** Predicates and groups are asked of what the node gives. */
function visitBehind(node: Node, reading: Reading): boolean {
  const behind = [...(node.predicate ?? []), ...(node.stages ?? [])].flatMap(stage => (stage.type === 'filter' ? [stage.expr] : []))
  return visitAll([...behind, ...(node.group?.lhs.flat() ?? [])], false, reading)
}

function visitPath(node: Path, atBody: boolean, reading: Reading): boolean {
  const [first, second] = node.steps
  if (first === undefined) return false
  const root =
    first.type === 'variable' &&
    (first.value === '$' || (first.value === '' && atBody)) &&
    first.predicate === undefined &&
    first.stages === undefined
  const named = root && second?.type === 'name' && first.focus === undefined && first.index === undefined
  if (named) reading.names.add(second.value)
  // any other path goes over the members of a body that is a list
  if (atBody && !named && first.type !== 'name' && first.type !== 'variable') return true
  const start = named ? visitBehind(second, reading) : visit(first, atBody, reading) || visitBehind(first, reading)
  const rest = visitAll(node.steps.slice(named ? 2 : 1), false, reading)
  const group = visitAll(node.group?.lhs.flat() ?? [], false, reading)
  return start || rest || group
}

/** A call with fewer arguments than the function takes may get its context for one. */
function takesContext(node: Call, given: number, reading: Reading): boolean {
  const known = node.procedure.type === 'variable' ? knownFunctions.get(node.procedure.value) : undefined
  if (known === undefined) return reading.contextual
  const kinds = node.arguments.map(argument => literalKinds.get(argument.type))
  return mayTakeContext(known.takes, given === 0 ? kinds : [undefined, ...kinds])
}

const literalKinds: ReadonlyMap<string, string> = new Map([
  ['string', 's'],
  ['number', 'n'],
  ['regex', 'f'],
  ['lambda', 'f'],
])

function usesContext(tree: Node): boolean {
  if (tree.type === 'lambda' && tree.signature?.definition.includes('-') === true) return true
  return children(tree).some(child => {
    const called = (tree.type === 'function' || tree.type === 'partial') && tree.procedure === child
    const known = child.type === 'variable' && !called ? knownFunctions.get(child.value) : undefined
    return known?.takes.params.some(param => param.context) === true || usesContext(child)
  })
}
