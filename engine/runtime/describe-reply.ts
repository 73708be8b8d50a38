import { Template, type Tree } from '../core/expression.ts'
import type { Json } from '../core/message.ts'
import type { ReplyModel } from '../core/model.ts'

/** What `reply:` says of every reply. */
export interface DescribedReply {
  /** Undefined where messages differ in it. */
  readonly status?: number | undefined
  readonly headers: readonly string[]
  /** The shape of the body, as a JSON Schema: what a tree tells of the values that it makes. */
  readonly body?: Json | undefined
}

export function describeReply(reply: ReplyModel | undefined): DescribedReply {
  const { status, headers = {}, body } = reply ?? {}
  return {
    ...(status === undefined ? { status: 200 } : typeof status === 'number' ? { status } : {}),
    headers: Object.keys(headers).map(name => name.toLowerCase()),
    ...(body === undefined ? {} : { body: shapeOf(body) }),
  }
}

/** A leaf with an expression may be anything, and leaves its key out where it has no value. */
function shapeOf(tree: Tree): Json {
  if (tree instanceof Template) return {}
  if (tree === null) return { type: 'null' }
  if (typeof tree === 'string' || typeof tree === 'boolean' || typeof tree === 'number') return { type: typeof tree }
  if (Array.isArray(tree)) return { type: 'array' }
  if (typeof tree !== 'object' || Object.getPrototypeOf(tree) !== Object.prototype) return {}
  const entries = Object.entries(tree)
  const required = entries.filter(([, value]) => !(value instanceof Template)).map(([name]) => name)
  return { type: 'object', required, properties: Object.fromEntries(entries.map(([name, value]) => [name, shapeOf(value)])) }
}
