import type { Node } from './node.ts'
import { type Catalogue, listIn, type Schema, schemasIn, textIn } from './schema-of.ts'

/** Of alternatives, the one that what was written has the shape of: nothing is ever said of a branch that nobody meant. */
export function choose(schema: Schema, node: Node, catalogue: Catalogue): Schema {
  const branches = Object.values(schemasIn({ anyOf: Object.fromEntries(listIn(schema, 'anyOf').entries()) }, 'anyOf'))
  if (branches.length === 0 || 'type' in schema) return schema
  const meant = branches.map(branch => catalogue.resolve(branch)).find(branch => hasShape(branch, node))
  if (meant === undefined) return schema
  const { anyOf: _, ...beside } = schema
  return { ...meant, ...beside }
}

function hasShape(schema: Schema, node: Node): boolean {
  if (node.kind === 'map') return schema['type'] === 'object'
  if (node.kind === 'list') return schema['type'] === 'array'
  const filledIn = typeof node.value === 'string' && node.value.startsWith('${')
  if ('const' in schema) return schema['const'] === node.value || filledIn
  if (textIn(schema, 'x-shorthand') !== undefined) return true
  return schema['type'] !== 'object' && schema['type'] !== 'array'
}
