import type { Variables } from '../core/expression.ts'
import type { Message, Origin } from '../core/message.ts'

/** The names that an expression may read beside the body, over one message. */
export const bind = (message: Message): Variables => ({ get: name => read(message, name) })

function read(message: Message, name: string): unknown {
  switch (name) {
    case 'input':
      return message.input
    case 'headers':
      return message.origin.headers
    case 'query':
      return message.origin.source.query ?? {}
    case 'params':
      return message.origin.source.params ?? {}
    case 'last':
      return message.last
    case 'meta':
      return describe(message.origin)
    default:
      return Object.hasOwn(message.vars, name) ? message.vars[name] : undefined
  }
}

/** `$meta`: what the engine and the source know of the delivery. Made when an expression asks for it, which few do. */
function describe(origin: Origin): Readonly<Record<string, unknown>> {
  const { id, pipeline, channel, principal, receivedAt, source } = origin
  return { attempt: 1, ...source, id, pipeline, channel, principal, receivedAt }
}
