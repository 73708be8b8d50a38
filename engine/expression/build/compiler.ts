import type { Node } from '../ast.ts'
import type { Notes } from '../notes.ts'
import type { Evaluate, Names, Scope } from '../scope.ts'

/** What a node's neighbours make of its result. */
export interface Position {
  /** A lambda ends with it: a call is answered as TAIL, and made by the caller. */
  readonly tail?: boolean
  /** The step of a path that carries tuples: a path in it adds its own to these. */
  readonly tuple?: Names | undefined
}

/** What every builder needs: the way to the nodes below, and what is known about the whole expression. */
export interface Compiler {
  /** The node as a closure; its result is collapsed as JSONata says. */
  build(node: Node, scope: Scope, position?: Position): Evaluate
  /** The names that are bound from outside. */
  readonly externals: ReadonlySet<string>
  readonly source: string
  readonly notes: Notes
}

/** Makes the closure of one kind of node. Its result is not collapsed yet. */
export type Builder<Kind extends Node> = (node: Kind, scope: Scope, compiler: Compiler, position: Position) => Evaluate
