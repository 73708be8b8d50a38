import type { Policy } from '../../core/component.ts'
import { chain } from '../chain.ts'

/** `as`: the result is bound to a name, and the body stays as it was. */
export const bound =
  (name: string): Policy =>
  next =>
  (message, scope) =>
    chain(next(message, scope), after =>
      after.reply === undefined ? { ...after, body: message.body, vars: { ...message.vars, [name]: after.body } } : after,
    )
