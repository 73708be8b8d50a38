import { hash } from 'node:crypto'
import { asSluiceError } from '../core/errors.ts'
import { Template, type Tree } from '../core/expression.ts'
import type { Body, Origin } from '../core/message.ts'
import type { Logger } from '../core/ports.ts'
import { keyText } from './key-text.ts'
import { compileTree } from './tree.ts'

export interface Order {
  /** All messages are one lane, whatever they are. */
  readonly isStrict: boolean
  /** The lane of a message, by its input; `''`: it has no order. Never throws. */
  laneOf(input: Body, origin: Origin): string
}

/** A longer key is a lane by its hash. */
const longest = 200

/**
 * What `order` says: undefined where it says `none`. A message whose key is nothing, or cannot be made, has no order: the log says the latter, and
 * the message runs all the same.
 */
export function compileOrder(order: Tree | undefined, log: Logger): Order | undefined {
  if (order === 'strict') return { isStrict: true, laneOf: () => 'strict' }
  if (!(order instanceof Template)) return undefined
  const key = compileTree(order, 'order')
  const laneOf: Order['laneOf'] = (input, origin) => {
    try {
      return textOf(key({ body: input, input, vars: none, origin }))
    } catch (thrown) {
      const { id, pipeline, channel } = origin
      log.warn('message without order', { id, pipeline, channel, error: asSluiceError(thrown) })
      return ''
    }
  }
  return { isStrict: false, laneOf }
}

const none = Object.freeze({})

function textOf(key: Body): string {
  const text = keyText(key) ?? ''
  return text.length > longest ? hash('sha256', text) : text
}
