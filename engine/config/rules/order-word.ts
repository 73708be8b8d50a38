import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { type Framed, whereOf } from '../framed.ts'
import { ordersOf } from '../orders.ts'
import type { Project } from '../project.ts'

/** `order` is one of two words, or a key, which is an expression and nothing else. */
export const orderWord = ({ declarations, templates }: Project): readonly Finding[] =>
  [...declarations.pipelines.values()].flatMap(pipeline => ordersOf(pipeline).flatMap(order => faultOf(order, templates)))

const words: readonly unknown[] = ['none', 'strict']

function faultOf(order: Framed, templates: Project['templates']): readonly Finding[] {
  if (order.kind === 'unknown' || (order.kind === 'scalar' && (order.faulty || words.includes(order.value)))) return []
  const template = order.kind === 'scalar' ? templates.get(order) : undefined
  if (template?.whole !== undefined && template.whole.kind !== 'constant') return []
  if (order.kind === 'scalar' && order.template !== undefined && template === undefined) return []
  const meant = order.kind === 'scalar' && order.template === undefined && typeof order.value === 'string' ? order.value : 'customer'
  return [
    errorAt(whereOf(order), 'order-word', 'an order is "none", "strict", or a key that differs from message to message', {
      hint: `write order: \${{ ${meant} }}`,
    }),
  ]
}
