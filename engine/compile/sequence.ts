import type { Step } from '../core/component.ts'
import type { Message } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import { chain } from './chain.ts'
import { locate, type Place } from './policies/located.ts'

/** A step, and what errors say of it. */
export interface PlacedStep {
  readonly step: Step
  readonly place: Place
}

/** One step after the other, each with what the one before gave; `respond` ends it. No promise while steps answer at once. Errors say at which step they happened. */
export const sequence =
  (steps: readonly PlacedStep[]): Step =>
  (message, scope) =>
    run(steps, 0, message, scope)

/** Names that are bound inside end with it. */
export const block =
  (steps: Step): Step =>
  (message, scope) =>
    chain(steps(message, scope), after => (after.vars === message.vars ? after : { ...after, vars: message.vars }))

function run(steps: readonly PlacedStep[], from: number, message: Message, scope: Scope): Message | Promise<Message> {
  let current = message
  for (let at = from; at < steps.length; at++) {
    const placed = steps[at]
    if (placed === undefined) break
    const answer = start(placed, current, scope)
    if (answer instanceof Promise)
      return answer.then(
        next => (next.reply === undefined ? resume(steps, at + 1, next, scope) : next),
        thrown => {
          throw locate(thrown, placed.place, scope.attempt)
        },
      )
    if (answer.reply !== undefined) return answer
    current = answer
  }
  return current
}

function start({ step, place }: PlacedStep, message: Message, scope: Scope): Message | Promise<Message> {
  try {
    return step(message, scope)
  } catch (thrown) {
    throw locate(thrown, place, scope.attempt)
  }
}

/** Nothing goes on behind a timeout or a caller that went away. */
function resume(steps: readonly PlacedStep[], from: number, message: Message, scope: Scope): Message | Promise<Message> {
  const { reason } = scope
  if (reason !== undefined) throw reason
  return run(steps, from, message, scope)
}
