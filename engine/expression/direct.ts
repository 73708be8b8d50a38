import type { Variables } from '../core/expression.ts'
import { readerOf } from '../core/shape.ts'
import type { Node, Path } from './ast.ts'

/** Said where only the whole evaluation can tell. */
export const elsewhere = Symbol('elsewhere')

export type Direct = (body: unknown, variables: Variables) => unknown

interface Chain {
  /** What the names begin with; undefined: the body. */
  readonly variable: string | undefined
  readonly names: readonly string[]
}

/**
 * A chain of plain names that ends at a text, a number, a truth value, null or nothing loops nowhere and makes nothing: it needs no run with a
 * budget, which costs more than itself. Whatever else it meets on its way is for the whole evaluation. `externals`: the names bound from outside.
 */
export function directly(tree: Node, externals: ReadonlySet<string>): Direct {
  const chain = chainOf(tree, externals)
  if (chain === undefined) return () => elsewhere
  const { variable, names } = chain
  const reads = names.map(name => readerOf<undefined>(name, () => elsewhere))
  return (body, variables) => {
    let value = variable === undefined ? body : variables.get(variable)
    for (const read of reads) {
      value = read(undefined, value)
      if (value === elsewhere) return elsewhere
    }
    return isPlain(value) ? value : elsewhere
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined
}

function chainOf(tree: Node, externals: ReadonlySet<string>): Chain | undefined {
  if (tree.type === 'variable') return isPlainStep(tree) && externals.has(tree.value) ? { variable: tree.value, names: [] } : undefined
  if (tree.type === 'name') return isPlainStep(tree) ? { variable: undefined, names: [tree.value] } : undefined
  return tree.type === 'path' ? chainOfPath(tree, externals) : undefined
}

function chainOfPath(path: Path, externals: ReadonlySet<string>): Chain | undefined {
  if (path.keepSingletonArray === true || !isPlainStep(path)) return undefined
  const [first, ...others] = path.steps
  const start = first === undefined ? undefined : chainOf(first, externals)
  if (start === undefined) return undefined
  const names = [...start.names]
  for (const step of others) {
    if (step.type !== 'name' || !isPlainStep(step)) return undefined
    names.push(step.value)
  }
  return { variable: start.variable, names }
}

/** Without predicates, groups, bindings and orders. */
const isPlainStep = ({ keepArray, tuple, predicate, group, stages, focus, index, ancestor }: Node): boolean =>
  keepArray !== true && tuple !== true && [predicate, group, stages, focus, index, ancestor].every(one => one === undefined)
