import { children, type Node, placeOf, startOf } from '../ast.ts'

/** Where the text of a node begins, its left operand included. */
export function beginningOf(node: Node, source: string): number {
  if (node.type === 'binary' || node.type === 'apply') return beginningOf(node.lhs, source)
  if (node.type === 'condition')
    return beginningOf(node.condition.position === undefined && node.condition.type === 'function' ? node.then : node.condition, source)
  if (node.type === 'path' && node.steps[0] !== undefined) return beginningOf(node.steps[0], source)
  if (node.type === 'function' || node.type === 'partial') return beginningOf(node.procedure, source)
  if (node.position !== undefined || node.type === 'variable') return startOf(node, source)
  const [first] = children(node)
  return first === undefined ? startOf(node, source) : beginningOf(first, source)
}

/** How far it is from there to the end of its first token. */
export const lengthAt = (node: Node, offset: number): number => Math.max(1, (placeOf(node) ?? offset + 1) - offset)

/** A node in a sentence: what is written, where it is a name or a path of names, else what it is. */
export function shown(node: Node): string {
  if (node.type === 'name') return node.value
  if (node.type === 'variable') return `$${node.value}`
  if (node.type === 'path') return node.steps.map(shown).join('.')
  if (node.type === 'string') return `"${node.value}"`
  if (node.type === 'number' || node.type === 'value') return String(node.value)
  if (node.type === 'function' && node.procedure.type === 'variable')
    return `$${node.procedure.value}(${node.arguments.map(shown).join(', ')})`
  return 'this'
}
