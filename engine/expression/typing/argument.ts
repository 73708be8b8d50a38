import type { Node } from '../ast.ts'
import type { Type } from './type.ts'

/** An argument beside its type; what a function literal gives depends on what it is called with. */
export interface Argument {
  readonly node: Node
  readonly type: Type
}
