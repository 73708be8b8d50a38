import type { Binary } from '../ast.ts'
import { Fault } from '../errors.ts'
import { kindOf } from '../kind.ts'
import type { Evaluate } from '../scope.ts'

/** `< <= > >=`: numbers with numbers, texts with texts; nothing compares to nothing. */
export function comparison(node: Binary, left: Evaluate, right: Evaluate): Evaluate {
  const refuse = (first: unknown, second: unknown): undefined => {
    const place = { position: node.position, token: node.value }
    for (const side of [first, second]) {
      if (side === undefined || typeof side === 'number' || typeof side === 'string') continue
      throw new Fault('T2010', { ...place, got: kindOf(side) })
    }
    if (first === undefined || second === undefined) return undefined
    throw new Fault('T2009', { ...place, got: `${kindOf(first)} and ${kindOf(second)}` })
  }
  const compare = byOperator(node.value)
  return (input, frame) => {
    const first = left(input, frame)
    const second = right(input, frame)
    if (typeof first === 'number' && typeof second === 'number') return compare(first, second)
    if (typeof first === 'string' && typeof second === 'string') return compare(first, second)
    return refuse(first, second)
  }
}

type Compare = <Value extends number | string>(first: Value, second: Value) => boolean

function byOperator(operator: string): Compare {
  if (operator === '<') return (first, second) => first < second
  if (operator === '<=') return (first, second) => first <= second
  if (operator === '>') return (first, second) => first > second
  return (first, second) => first >= second
}
