import type { Step } from '../core/component.ts'
import type { Message } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import { chain } from './chain.ts'

/** One step after the other, each with what the one before gave; `respond` ends it. No promise while steps answer at once. */
export function sequence(steps: readonly Step[]): Step {
  const [only] = steps
  return steps.length === 1 && only !== undefined ? only : (message, scope) => run(steps, 0, message, scope)
}

/** Names that are bound inside end with it. */
export const block =
  (steps: Step): Step =>
  (message, scope) =>
    chain(steps(message, scope), after => (after.vars === message.vars ? after : { ...after, vars: message.vars }))

function run(steps: readonly Step[], from: number, message: Message, scope: Scope): Message | Promise<Message> {
  let current = message
  for (let at = from; at < steps.length; at++) {
    const answer = steps[at]?.(current, scope)
    if (answer === undefined) break
    if (answer instanceof Promise) return answer.then(next => (next.reply === undefined ? resume(steps, at + 1, next, scope) : next))
    if (answer.reply !== undefined) return answer
    current = answer
  }
  return current
}

/** Nothing goes on behind a timeout or a caller that went away. */
function resume(steps: readonly Step[], from: number, message: Message, scope: Scope): Message | Promise<Message> {
  const { reason } = scope
  if (reason !== undefined) throw reason
  return run(steps, from, message, scope)
}
