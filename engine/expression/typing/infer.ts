import type { Binary, Bind, Block, Condition, Lambda, Node, ObjectConstructor, Pairs, Variable } from '../ast.ts'
import { isCoalesce, isElvis } from '../ast.ts'
import type { ExpressionFinding } from '../finding.ts'
import { inferApply, inferCall } from './call.ts'
import { checkComparison, checkJoin } from './comparison.ts'
import { createTypingNotes, type Environment, overMembers, type Surroundings, unguarded, within, withParameters } from './environment.ts'
import { readField } from './field.ts'
import { grouped } from './group.ts'
import { narrow } from './narrow.ts'
import { checkArithmetic } from './operand.ts'
import { afterPredicates, inferPath } from './path.ts'
import {
  boolean,
  each,
  functionOf,
  listOf,
  literal,
  maybe,
  nothing,
  number,
  objectOf,
  present,
  someOf,
  type Type,
  text,
  union,
  unionOf,
  unknown,
} from './type.ts'

export interface Inferred {
  readonly type: Type
  readonly findings: readonly ExpressionFinding[]
}

/** What an expression gives, and what in it can never be right or may be wrong. What is not known is left alone. */
export function infer(tree: Node, source: string, surroundings: Surroundings): Inferred {
  const notes = createTypingNotes(source)
  const environment: Environment = { ...surroundings, context: surroundings.body, label: 'the body', guarded: false, notes }
  const type = typeOf(tree, environment)
  return { type, findings: notes.findings.toSorted((first, second) => first.offset - second.offset) }
}

/** The type of a node, with what stands behind it in brackets. */
function typeOf(node: Node, environment: Environment): Type {
  if (node.type === 'path') return inferPath(node, environment, typeOf)
  const type = afterPredicates(ownType(node, environment), node, environment, typeOf)
  if (node.group !== undefined) return grouped(type, node.group.lhs, environment, typeOf)
  return node.keepArray === true ? someOf(each(type).one) : type
}

function ownType(node: Node, environment: Environment): Type {
  switch (node.type) {
    case 'name':
      return readField(environment.context, node, environment)
    case 'string':
    case 'number':
    case 'value':
      return literal(node.value)
    case 'variable':
      return variableType(node, environment)
    case 'condition':
      return inferCondition(node, environment)
    case 'block':
      return inferBlock(node, unguarded(environment))
    case 'bind':
      return typeOf(node.rhs, unguarded(environment))
    case 'binary':
      return inferBinary(node, unguarded(environment))
    case 'unary':
      if (node.value === '-') return inferNegation(typeOf(node.expression, unguarded(environment)))
      if (node.value === '[') return inferList(node.expressions, unguarded(environment))
      return inferObject(node, unguarded(environment))
    case 'function':
      return inferCall(node, unguarded(environment), typeOf)
    case 'apply':
      return inferApply(node, unguarded(environment), typeOf)
    case 'lambda':
      return inferLambda(node, unguarded(environment))
    case 'partial':
      for (const argument of node.arguments) typeOf(argument, unguarded(environment))
      return functionOf(unknown)
    case 'transform':
      return functionOf(unknown)
    case 'sort':
      for (const { expression } of node.terms) typeOf(expression, within(environment, each(environment.context).one, environment.label))
      return environment.context
    case 'regex':
      return functionOf(unknown)
    case 'wildcard':
      return fieldsOf(environment.context)
    default:
      return unknown
  }
}

/** `*`: what is in an object whose fields are all known; lists in it are taken apart, however deep. */
function fieldsOf({ forms }: Type): Type {
  const all: Type[] = []
  for (const form of forms ?? []) {
    if (form.kind !== 'object' || form.others !== 'closed') return unknown
    all.push(...[...form.fields.values()].map(present))
  }
  let flat = all.length === 0 ? unknown : unionOf(all)
  for (let depth = 0; depth < deepestList && each(flat).many; depth += 1) flat = each(flat).one
  return each(flat).many ? unknown : someOf(flat)
}
const deepestList = 8

function variableType({ value: name }: Variable, { context, body, variables }: Environment): Type {
  if (name === '') return context
  return name === '$' ? body : (variables.get(name) ?? unknown)
}

function inferCondition(node: Condition, environment: Environment): Type {
  const otherwise = node.else
  if (isCoalesce(node) || isElvis(node)) {
    const value = typeOf(node.then, { ...environment, guarded: true })
    return otherwise === undefined ? value : union(present(value), typeOf(otherwise, environment))
  }
  const plain = unguarded(environment)
  typeOf(node.condition, plain)
  const then = typeOf(node.then, narrow(plain, node.condition, true))
  return otherwise === undefined ? maybe(then) : union(then, typeOf(otherwise, narrow(plain, node.condition, false)))
}

/** Names are bound from where they stand to the end of the block. */
function inferBlock(node: Block, environment: Environment): Type {
  let inner = environment
  let last: Type = nothing
  for (const expression of node.expressions) {
    last = typeOf(expression, inner)
    inner = bound(expression, last, inner)
  }
  return last
}

function bound(node: Node, type: Type, environment: Environment): Environment {
  if (node.type !== 'bind') return environment
  const named = namesBound(node).map(name => [name, type] as const)
  return { ...environment, variables: new Map([...environment.variables, ...named]) }
}

const namesBound = (node: Bind): readonly string[] => [node.lhs.value, ...(node.rhs.type === 'bind' ? namesBound(node.rhs) : [])]

function inferBinary(node: Binary, environment: Environment): Type {
  const left = typeOf(node.lhs, environment)
  if (node.value === 'and' || node.value === 'or') {
    typeOf(node.rhs, narrow(environment, node.lhs, node.value === 'and'))
    return boolean
  }
  const right = typeOf(node.rhs, environment)
  switch (node.value) {
    case '&':
      checkJoin(node, { left, right }, environment)
      return text
    case '..':
      return listOf(number)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      checkArithmetic(node, [left, right], environment)
      return left.missing || right.missing ? maybe(number) : number
    default:
      checkComparison(node, { left, right }, environment)
      return node.value === '=' || node.value === '!=' || node.value === 'in' || !(left.missing || right.missing) ? boolean : maybe(boolean)
  }
}

const inferNegation = (type: Type): Type => (type.missing ? maybe(number) : number)

function inferList(expressions: readonly Node[], environment: Environment): Type {
  const types = expressions.map(expression => {
    const type = typeOf(expression, environment)
    return expression.type === 'unary' && expression.value === '[' ? type : each(type).one
  })
  return types.length === 0 ? listOf({ forms: [], missing: false }) : listOf(unionOf(types.map(present)))
}

function inferObject(node: ObjectConstructor, environment: Environment): Type {
  const inner = overMembers(environment)
  return object(node.lhs, pair => typeOf(pair, inner))
}

/** Keys that are written out make a closed object; others make one whose names nobody knows. */
function object(pairs: Pairs, typeOfValue: (node: Node) => Type): Type {
  const fields: (readonly [string, Type])[] = []
  let computed = false
  for (const [key, value] of pairs) {
    if (key.type === 'string') fields.push([String(key.value), typeOfValue(value)])
    else {
      typeOfValue(key)
      typeOfValue(value)
      computed = true
    }
  }
  return objectOf(fields, computed ? unknown : 'closed')
}

/** A function without knowing its arguments. The parser wraps a call in tail position into one. */
function inferLambda(node: Lambda, environment: Environment): Type {
  if (node.thunk === true) return typeOf(node.body, environment)
  return functionOf(typeOf(node.body, withParameters(node, [], environment)))
}
