import { isConstant } from '../analyse.ts'
import type { Binary, Node } from '../ast.ts'
import { nearest } from '../finding.ts'
import type { Environment } from './environment.ts'
import { kindsOf } from './field.ts'
import { beginningOf, lengthAt, shown } from './place.ts'
import { each, type Form, isScalar, type Type } from './type.ts'

interface Sides {
  readonly left: Type
  readonly right: Type
}

/** `=`, `!=`, `in` and the orders: what never holds is an error, `!=` of what may be missing a warning. */
export function checkComparison(node: Binary, sides: Sides, environment: Environment): void {
  if (isConstant(node.lhs) && isConstant(node.rhs)) return
  const impossible = node.value === 'in' ? neverIn(sides) : isOrder(node) ? neverOrdered(sides) : neverEqual(sides)
  if (impossible && !asksWhetherThere(node, sides)) reportImpossible(node, sides, environment)
  else if (node.value === '!=') checkMissing(node, sides, environment)
}

/** `x != null`, where x is never null but may be missing: true where there is one. */
const asksWhetherThere = ({ value, lhs, rhs }: Binary, { left, right }: Sides): boolean =>
  value === '!=' && (left.missing || right.missing) && [lhs, rhs].some(side => side.type === 'value' && side.value === null)

/** `&` takes nothing for an empty text. */
export function checkJoin(node: Binary, { left, right }: Sides, { notes }: Environment): void {
  for (const [side, type] of [
    [node.lhs, left],
    [node.rhs, right],
  ] as const) {
    if (!type.missing) continue
    const offset = beginningOf(side, notes.source)
    const message = `${shown(side)} may be missing, and joins as an empty text`
    notes.say({ rule: 'missing-text', severity: 'warning', offset, length: lengthAt(side, offset), message, hint: fallback(side) })
  }
}

const fallback = (node: Node): string =>
  shown(node) === 'this' ? 'put (… ?? "") around it' : `write (${shown(node)} ?? "") if that is meant`

function checkMissing(node: Binary, { left, right }: Sides, { notes }: Environment): void {
  // `x != ""` and `x != null` ask for a value, and false is their answer where there is none
  const asksForValue = [node.lhs, node.rhs].some(
    side => (side.type === 'string' && side.value === '') || (side.type === 'value' && side.value === null),
  )
  const side = left.missing ? node.lhs : right.missing ? node.rhs : undefined
  if (asksForValue || side === undefined) return
  const other = side === node.lhs ? node.rhs : node.lhs
  const offset = beginningOf(side, notes.source)
  const message = `${shown(side)} may be missing, and != with nothing is false`
  const hint = `write $not(${shown(side)} = ${shown(other)}) where a missing one counts as different`.replaceAll('this', '…')
  notes.say({ rule: 'missing-comparison', severity: 'warning', offset, length: lengthAt(side, offset), message, hint })
}

const isOrder = ({ value }: Binary): boolean => value === '<' || value === '<=' || value === '>' || value === '>='

const isKnown = ({ forms }: Type): boolean => forms !== undefined && forms.length > 0

function neverEqual({ left, right }: Sides): boolean {
  if (!isKnown(left) || !isKnown(right)) return false
  return !(left.forms ?? []).some(one => (right.forms ?? []).some(other => meet(one, other)))
}

function neverIn({ left, right }: Sides): boolean {
  return neverEqual({ left, right: each(right).one })
}

/** Only two numbers or two texts can be ordered. */
function neverOrdered({ left, right }: Sides): boolean {
  const orders = ({ forms }: Type): readonly string[] =>
    forms === undefined || forms.length === 0
      ? ['text', 'number']
      : forms.map(form => form.kind).filter(kind => kind === 'text' || kind === 'number')
  return !orders(left).some(kind => orders(right).includes(kind))
}

function meet(one: Form, other: Form): boolean {
  if (one.kind !== other.kind) return false
  if (one.kind === 'list' && other.kind === 'list') return true
  if (!isScalar(one) || !isScalar(other) || one.values === undefined || other.values === undefined) return true
  return one.values.some(value => other.values?.includes(value) === true)
}

function reportImpossible(node: Binary, sides: Sides, { notes }: Environment): void {
  const offset = Math.max(0, (node.position ?? 0) - node.value.length)
  const verdict = node.value === '!=' ? 'is always true' : isOrder(node) ? 'always fails' : 'is never true'
  const message = `this ${verdict}: ${side(node.lhs, 'left')} is ${described(sides.left)}, ${side(node.rhs, 'right')} is ${described(sides.right)}`
  notes.say({ rule: 'impossible-comparison', severity: 'error', offset, length: node.value.length, message, hint: repair(node, sides) })
}

const side = (node: Node, which: string): string => (shown(node) === 'this' ? `its ${which} side` : shown(node))

function described(type: Type): string {
  const values = valuesOf(type)
  if (values.length > 1) return `one of ${values.slice(0, 8).join(', ')}`
  return type.forms === undefined || type.forms.length === 0 ? 'unknown' : kindsOf(type.forms)
}

const valuesOf = (type: Type): readonly unknown[] => (type.forms ?? []).flatMap(form => (isScalar(form) ? (form.values ?? []) : []))

/** What to write instead, where that is plain. */
function repair(node: Binary, { left, right }: Sides): string | undefined {
  for (const [literal, other, operand] of [
    [node.rhs, left, node.lhs],
    [node.lhs, right, node.rhs],
  ] as const) {
    const kinds = (other.forms ?? []).map(form => form.kind)
    if (literal.type === 'string') {
      const near = nearest(String(literal.value), valuesOf(other).map(String))
      if (near !== undefined) return `did you mean "${near}"?`
      if (kinds.includes('number') && /^-?[0-9.]+$/.test(String(literal.value))) return `write ${literal.value} without quotes`
      if (kinds.includes('boolean')) return `write ${/^(true|yes|1)$/i.test(String(literal.value)) ? 'true' : 'false'} without quotes`
    }
    if (literal.type === 'number' && kinds.includes('text')) return `write "${literal.value}", in quotes, or $number(${shown(operand)})`
    if (literal.type === 'value' && literal.value === null) return `ask whether it is there: $exists(${shown(operand)})`
    if (kinds.includes('list') && node.value === '=') return `write ${shown(literal)} in ${shown(operand)}`
  }
  return undefined
}
