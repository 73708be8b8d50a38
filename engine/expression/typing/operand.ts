import { isConstant } from '../analyse.ts'
import type { Binary, Node } from '../ast.ts'
import type { Known } from '../functions/table.ts'
import type { Param } from '../signature.ts'
import type { Argument } from './argument.ts'
import type { Environment } from './environment.ts'
import { kindsOf } from './field.ts'
import { beginningOf, lengthAt, shown } from './place.ts'
import { each, type Form, type Type } from './type.ts'

/** `+ - * / %` calculate with numbers alone: anything else fails, unless it is nothing. */
export function checkArithmetic(node: Binary, sides: readonly Type[], environment: Environment): void {
  if (isConstant(node.lhs) && isConstant(node.rhs)) return
  for (const [at, operand] of [node.lhs, node.rhs].entries()) {
    const type = sides[at]
    if (type === undefined || !isNever(type, 'n')) continue
    const written = operand.type === 'string' && typeof operand.value === 'string' ? operand.value : undefined
    const hint =
      node.value === '+' && written !== undefined
        ? 'texts are joined by &'
        : `write $number(${shown(operand)}) where it is a number in text`
    say(operand, `${shown(operand)} is ${kindsOf(type.forms ?? [])}, and ${node.value} calculates with numbers`, hint, environment)
    return
  }
}

/** Arguments of built-in functions that stand where the function can never take them. */
export function checkArguments(known: Known, args: readonly Argument[], environment: Environment): void {
  const { params } = known.takes
  // with fewer arguments the context may stand in for one, and all move
  if (args.length !== params.length && params.some(param => param.context)) return
  for (const [at, { node, type }] of args.entries()) {
    const param = params[at]
    if (param === undefined || param.repeated || !isRefused(type, param) || isConstant(node)) continue
    const message = `$${known.name} takes ${wanted(param)} here, and ${shown(node)} is ${kindsOf(formsOf(type, param))}`
    say(node, message, conversion(param, node), environment)
  }
}

function isRefused(type: Type, param: Param): boolean {
  if (!param.array) return isNever(type, param.kinds)
  return param.member !== undefined && isNever(each(type).one, param.member)
}

/** Something is known, and no form of it is of these kinds. */
function isNever({ forms }: Type, kinds: string): boolean {
  return forms !== undefined && forms.length > 0 && !forms.some(form => kinds.includes(symbols[form.kind]))
}

const formsOf = (type: Type, param: Param): readonly Form[] => (param.array ? each(type).one : type).forms ?? []

/** As signatures call them. */
const symbols: Readonly<Record<Form['kind'], string>> = {
  text: 's',
  number: 'n',
  boolean: 'b',
  null: 'l',
  list: 'a',
  object: 'o',
  function: 'f',
}

const names: ReadonlyMap<string, string> = new Map([
  ['s', 'a text'],
  ['n', 'a number'],
  ['b', 'true or false'],
  ['o', 'an object'],
  ['f', 'a function'],
  ['a', 'a list'],
])

function wanted({ array, member, kinds }: Param): string {
  if (array && member !== undefined) return `a list whose members are each ${names.get(member) ?? 'something else'}`
  return [...kinds].flatMap(kind => names.get(kind) ?? []).join(' or ')
}

function conversion({ kinds, member }: Param, node: Node): string | undefined {
  if (member === undefined && kinds.startsWith('s')) return `write $string(${shown(node)})`
  return member === undefined && kinds.startsWith('n') ? `write $number(${shown(node)}) where it is a number in text` : undefined
}

function say(node: Node, message: string, hint: string | undefined, { notes }: Environment): void {
  const offset = beginningOf(node, notes.source)
  notes.say({
    rule: 'impossible-operand',
    severity: 'error',
    offset,
    length: lengthAt(node, offset),
    message,
    hint: hint?.includes('this') === true ? undefined : hint,
  })
}
