import type { Step } from '../core/component.ts'
import type { SluiceError } from '../core/errors.ts'
import type { Message } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import { chain } from './chain.ts'
import { locate, type Place } from './policies/located.ts'

/** A step, and what errors say of it. */
export interface PlacedStep {
  readonly step: Step
  readonly place: Place
  /** Told of every run that was not skipped; absent where nobody counts, or the step never waits. */
  readonly seen?: ((durationMs: number, error: SluiceError | undefined) => void) | undefined
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
    const { seen } = placed
    const started = seen === undefined ? 0 : performance.now()
    const answer = start(placed, current, scope, started)
    if (answer instanceof Promise)
      return answer.then(
        next => {
          seen?.(performance.now() - started, undefined)
          return next.reply === undefined ? resume(steps, at + 1, next, scope) : next
        },
        thrown => fail(placed, thrown, scope, started),
      )
    if (answer !== current) seen?.(performance.now() - started, undefined)
    if (answer.reply !== undefined) return answer
    current = answer
  }
  return current
}

function start(placed: PlacedStep, message: Message, scope: Scope, started: number): Message | Promise<Message> {
  try {
    return placed.step(message, scope)
  } catch (thrown) {
    return fail(placed, thrown, scope, started)
  }
}

function fail({ place, seen }: PlacedStep, thrown: unknown, scope: Scope, started: number): never {
  const error = locate(thrown, place, scope.attempt)
  seen?.(performance.now() - started, error)
  throw error
}

/** Nothing goes on behind a timeout or a caller that went away. */
function resume(steps: readonly PlacedStep[], from: number, message: Message, scope: Scope): Message | Promise<Message> {
  const { reason } = scope
  if (reason !== undefined) throw reason
  return run(steps, from, message, scope)
}
