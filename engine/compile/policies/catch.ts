import type { Policy, Step } from '../../core/component.ts'
import { asSluiceError, type SluiceError } from '../../core/errors.ts'
import type { Message } from '../../core/message.ts'
import type { CatchModel } from '../../core/model.ts'
import type { Scope } from '../../core/scope.ts'
import { settle } from '../chain.ts'
import { errorValue } from '../error-value.ts'
import { matches } from '../matches.ts'
import type { StepContext } from '../step.ts'

/**
 * The first entry that matches the error runs instead, with the message as it entered and `$error` bound; what it leaves is the result.
 * Nothing is caught once the message's own time is over or its caller went away.
 */
export function caught(entries: readonly CatchModel[], context: StepContext): Policy {
  const handlers = entries.map(entry => compile(entry, context))
  return next => (message, scope) =>
    settle(
      () => next(message, scope),
      after => after,
      thrown => {
        const error = asSluiceError(thrown)
        if (scope.reason !== undefined) throw error
        const failed: Message = { ...message, vars: { ...message.vars, error: errorValue(error) } }
        const handler = handlers.find(one => one.takes(error, failed))
        if (handler === undefined) throw error
        return handle(handler.steps, error, failed, message, scope)
      },
    )
}

interface Handler {
  takes(error: SluiceError, failed: Message): boolean
  readonly steps: Step
}

function compile({ on, when, steps, where }: CatchModel, context: StepContext): Handler {
  const holds = when === undefined ? () => true : context.condition(when, where)
  return { takes: (error, failed) => matches(on, error) && holds(failed), steps: context.block(steps) }
}

function handle(steps: Step, error: SluiceError, failed: Message, message: Message, scope: Scope): Message | Promise<Message> {
  return settle(
    () => steps(failed, scope),
    after => ({ ...after, vars: message.vars }),
    thrown => {
      const replacement = asSluiceError(thrown)
      if (replacement !== error) replacement.cause ??= error
      throw replacement
    },
  )
}
