import type { Tree } from '../core/expression.ts'
import type { Body, Headers, Message } from '../core/message.ts'
import type { ReplyModel } from '../core/model.ts'
import { expressionError, type Place, placeOf } from './expression-error.ts'
import type { Invoked } from './revision.ts'
import { compileTree, type Value } from './tree.ts'

/** What is answered: by default 200 and the body as it stands. */
export function compileReply(model: ReplyModel | undefined, place: Place): (message: Message) => Invoked {
  const status = model?.status === undefined ? () => 200 : compileStatus(model.status, place)
  const headers = compileHeaders(model?.headers ?? {}, place)
  const body: Value = model?.body === undefined ? message => message.body : compileTree(model.body, place.step)
  return message => ({ status: status(message), headers: headers(message), body: body(message) })
}

function compileStatus(tree: Tree, place: Place): (message: Message) => number {
  const value = compileTree(tree, place.step)
  return message => {
    const status = value(message)
    if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status
    throw expressionError('the status of the reply is not a whole number from 200 to 599', placeOf(tree, place))
  }
}

const none: Headers = {}

function compileHeaders(trees: { readonly [name: string]: Tree }, place: Place): (message: Message) => Headers {
  const entries = Object.entries(trees).map(([name, tree]) => ({
    name: name.toLowerCase(),
    value: compileTree(tree, place.step),
    at: placeOf(tree, place),
  }))
  if (entries.length === 0) return () => none
  return message => {
    const headers: Record<string, Headers[string]> = {}
    for (const { name, value, at } of entries) {
      const header = value(message)
      if (header === undefined || header === null) continue
      if (!isHeader(header)) throw expressionError(`the header ${name} of the reply is neither a text nor a list of texts`, at)
      headers[name] = header
    }
    return headers
  }
}

function isHeader(value: Body): value is Headers[string] & Body {
  if (Array.isArray(value)) return value.every(item => typeof item === 'string')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
