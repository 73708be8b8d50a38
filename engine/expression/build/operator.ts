import type { ArrayConstructor, Binary, Literal, Negation, Node, Operator } from '../ast.ts'
import type { Run } from '../budget.ts'
import { checkHyphen } from '../check.ts'
import { Fault } from '../errors.ts'
import { kindOf } from '../kind.ts'
import type { Evaluate } from '../scope.ts'
import { textOf } from '../text.ts'
import { CONS, equal, extend, isList, isNumeric, type List, mark, SEQUENCE, truth } from '../values.ts'
import { comparison } from './comparison.ts'
import type { Builder } from './compiler.ts'

export const buildBinary: Builder<Binary> = (node, scope, compiler) => {
  if (node.value === '&') return concatenation(partsOf(node).map(part => compiler.build(part, scope)))
  checkHyphen(node, compiler)
  const left = compiler.build(node.lhs, scope)
  const right = compiler.build(node.rhs, scope)
  switch (node.value) {
    case '=':
    case '!=':
      return equality(node, left, right)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node, left, right)
    case 'and':
      return (input, frame) => truth(frame[1], left(input, frame)) && truth(frame[1], right(input, frame))
    case 'or':
      return (input, frame) => truth(frame[1], left(input, frame)) || truth(frame[1], right(input, frame))
    case 'in':
      return (input, frame) => isIn(frame[1], left(input, frame), right(input, frame))
    case '..':
      return (input, frame) => range(frame[1], node, left(input, frame), right(input, frame))
    default:
      return arithmetic(node, left, right)
  }
}

export const buildNegation: Builder<Negation> = (node, scope, compiler) => {
  const operand = compiler.build(node.expression, scope)
  return (input, frame) => {
    const value = operand(input, frame)
    if (value === undefined) return undefined
    if (isNumeric(value)) return -value
    throw new Fault('D1002', { position: node.position, token: '-', got: kindOf(value) })
  }
}

export const buildArray: Builder<ArrayConstructor> = (node, scope, compiler) => {
  const members = node.expressions.map(item => ({
    evaluate: compiler.build(item, scope),
    whole: item.type === 'unary' && item.value === '[',
  }))
  const flags = node.consarray === true ? CONS : undefined
  return (input, frame) => {
    const run = frame[1]
    run.allocate(16 + 8 * members.length)
    const list: List = []
    for (const member of members) {
      const value = member.evaluate(input, frame)
      if (value === undefined) continue
      if (!member.whole && isList(value)) extend(run, list, value)
      else list.push(value)
    }
    if (flags !== undefined) list[mark] = flags
    return list
  }
}

export const buildLiteral: Builder<Literal> = node => {
  const { value } = node
  return () => value
}

/** `a & b & c` as one closure. */
function partsOf(node: Node, parts: Node[] = []): readonly Node[] {
  if (node.type !== 'binary' || node.value !== '&' || node.predicate !== undefined || node.group !== undefined) {
    parts.push(node)
    return parts
  }
  partsOf(node.lhs, parts)
  return partsOf(node.rhs, parts)
}

function concatenation(parts: readonly Evaluate[]): Evaluate {
  return (input, frame) => {
    const run = frame[1]
    let text = ''
    for (const part of parts) {
      const value = part(input, frame)
      if (value === undefined) continue
      const added = typeof value === 'string' ? value : (textOf(run, value) ?? '')
      // short texts are the common case, and cost less than asking
      if (text.length + added.length > 1000) run.text(text.length + added.length)
      text += added
    }
    run.allocate(text.length)
    return text
  }
}

function equality(node: Binary, left: Evaluate, right: Evaluate): Evaluate {
  const same = node.value === '='
  if (isSimple(node.rhs)) {
    const { value } = node.rhs
    return same
      ? (input, frame) => left(input, frame) === value
      : (input, frame) => {
          const other = left(input, frame)
          return other !== undefined && other !== value
        }
  }
  return (input, frame) => {
    const first = left(input, frame)
    const second = right(input, frame)
    return first !== undefined && second !== undefined && equal(frame[1], first, second) === same
  }
}

const isSimple = (node: Node): node is Literal =>
  (node.type === 'string' || node.type === 'number' || node.type === 'value') && node.predicate === undefined && node.group === undefined

function isIn(run: Run, value: unknown, list: unknown): boolean {
  if (value === undefined || list === undefined) return false
  if (!isList(list)) return value === list
  run.charge(list.length)
  return list.includes(value)
}

function range(run: Run, node: Binary, from: unknown, to: unknown): List | undefined {
  if (from !== undefined && !Number.isInteger(from)) throw new Fault('T2003', { position: node.position, token: '..' })
  if (to !== undefined && !Number.isInteger(to)) throw new Fault('T2004', { position: node.position, token: '..' })
  if (typeof from !== 'number' || typeof to !== 'number' || from > to) return undefined
  const size = to - from + 1
  if (size > 1e7) throw new Fault('D2014', { position: node.position, token: '..' })
  run.charge(size)
  run.allocate(size * 8)
  const list: List = []
  for (let value = from; value <= to; value += 1) list.push(value)
  list[mark] = SEQUENCE
  return list
}

function arithmetic(node: Binary, left: Evaluate, right: Evaluate): Evaluate {
  const place = { position: node.position, token: node.value }
  const check = (first: unknown, second: unknown): number => {
    if (first !== undefined && !isNumeric(first)) throw new Fault('T2001', { ...place, got: kindOf(first) })
    if (second !== undefined && !isNumeric(second)) throw new Fault('T2002', { ...place, got: kindOf(second) })
    return 0
  }
  const calculate = calculations[node.value]
  if (calculate === undefined) throw new Fault('U1000', place)
  return (input, frame) => {
    const first = left(input, frame)
    const second = right(input, frame)
    if (!Number.isFinite(first) || !Number.isFinite(second)) check(first, second)
    return typeof first === 'number' && typeof second === 'number' ? calculate(first, second) : undefined
  }
}

const calculations: Readonly<Partial<Record<Operator, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}
