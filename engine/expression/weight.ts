import { children, type Node } from './ast.ts'

/** How many steps one evaluation of a node costs in a loop: the nodes below it, without the bodies of functions, which pay when they are called. */
export function weigh(node: Node): number {
  let weight = 1
  if (node.type === 'lambda' && node.thunk !== true) return weight
  for (const child of children(node)) weight += weigh(child)
  return weight
}
