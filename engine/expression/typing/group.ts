import type { Pairs } from '../ast.ts'
import { type Environment, type Infer, within } from './environment.ts'
import { each, objectOf, someOf, type Type, unknown } from './type.ts'

/** `list{ key: value }`: keys are asked of every item, values of all items of one key. */
export function grouped(type: Type, pairs: Pairs, environment: Environment, infer: Infer): Type {
  const { one, many } = each(type)
  const item = within(environment, one, 'the item')
  const group = within(environment, many ? someOf(one) : one, 'the group')
  for (const [key] of pairs) infer(key, item)
  const values = pairs.map(([key, value]) => [key, infer(value, group)] as const)
  const fields = values.flatMap(([key, value]) => (key.type === 'string' ? [[String(key.value), value] as const] : []))
  return objectOf(fields, fields.length < pairs.length ? unknown : 'closed')
}
