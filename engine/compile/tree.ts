import { type Expression, Template, type Tree } from '../core/expression.ts'
import type { Body, Message } from '../core/message.ts'
import { Secret } from '../core/secret.ts'
import { objectOf } from '../core/shape.ts'
import { bind } from './bindings.ts'
import { expressionError, locateExpression, type Place } from './expression-error.ts'
import { escapeFor, headerText, SpliceFault } from './splice.ts'

/** What a tree gives for one message. A leaf without a value leaves its key out; in a list, its place. A Secret passes through as it is. */
export type Value = (message: Message) => Body

/** Compiles a YAML tree with `${{ }}` leaves; what is constant in it is built once. `step` is named by its errors. */
export function compileTree(tree: Tree, step: string): Value {
  if (tree instanceof Template) return compileTemplate(tree, step)
  if (isConstant(tree)) return () => tree
  if (isList(tree)) return compileList(tree.map(item => compileTree(item, step)))
  return compileObject(Object.entries(tree).map(([key, item]) => [key, compileTree(item, step)]))
}

/** True where no message can change it. Only what is not constant can be an object with templates in it, or a list of such. */
export function isConstant(tree: Tree): tree is Body {
  if (tree instanceof Template) return false
  if (!isPlain(tree)) return true
  return Object.values(tree).every(isConstant)
}

type Branch = readonly Tree[] | { readonly [key: string]: Tree }

const isPlain = (tree: Tree): tree is Branch =>
  typeof tree === 'object' && tree !== null && !(tree instanceof Uint8Array || tree instanceof Blob || tree instanceof Secret)

const isList = (tree: Branch): tree is readonly Tree[] => Array.isArray(tree)

const compileList =
  (items: readonly Value[]): Value =>
  message =>
    items.map(item => item(message)).filter(isJson)

// A tree of values holds no bytes but where an argument takes them, which is for that argument to say.
const isJson = (value: Body): value is Exclude<Body, undefined | Uint8Array | Blob> => value !== undefined

function compileObject(entries: readonly (readonly [string, Value])[]): Value {
  const make = objectOf<Message, undefined, Body>(
    entries.map(([key]) => key),
    entries.map(([, item]) => item),
  )
  // As above: an object of JSON, or arguments.
  return message => make(message, undefined) as Body
}

function compileTemplate(template: Template, step: string): Value {
  const { whole, splice, where } = template
  const place = { step, where }
  if (whole === undefined) return compileText(template, place)
  if (splice === 'path') return compileText(template, place)
  if (splice !== 'header') return message => evaluate(whole, message, place)
  return message => {
    const value = evaluate(whole, message, place)
    if (typeof value === 'string') guarded(() => headerText(value), place)
    return value
  }
}

function compileText({ parts, splice }: Template, place: Place): Value {
  return message => {
    let text = ''
    for (const part of parts)
      text += typeof part === 'string' ? part : guarded(() => escapeFor(evaluate(part, message, place), splice), place)
    return text
  }
}

function evaluate(expression: Expression, message: Message, place: Place): Body {
  try {
    // An expression gives plain JSON, or a part of what it read: its contract.
    return expression.evaluate(message.body, bind(message)) as Body
  } catch (thrown) {
    throw locateExpression(thrown, place)
  }
}

function guarded(work: () => string, place: Place): string {
  try {
    return work()
  } catch (thrown) {
    throw thrown instanceof SpliceFault ? expressionError(thrown.message, place) : thrown
  }
}
