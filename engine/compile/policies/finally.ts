import type { Policy, Step } from '../../core/component.ts'
import { asSluiceError, SluiceError } from '../../core/errors.ts'
import type { Message } from '../../core/message.ts'
import type { StepModel } from '../../core/model.ts'
import { limit, Scope } from '../../core/scope.ts'
import { settle } from '../chain.ts'
import { errorValue } from '../error-value.ts'
import type { StepContext } from '../step.ts'

/** How long these steps may go on beyond the deadline of their message, in milliseconds. */
const graceMs = 5000

/**
 * The steps run in any case: also when the message's time is over or its caller went away, even where the guarded steps ignore both.
 * They see the message as it entered, with `$error` where it failed. Their result is dropped; their failure fails what had succeeded.
 */
export function finished(models: readonly StepModel[], context: StepContext): Policy {
  const steps = context.block(models)
  return next => (message, scope) => {
    const done = settle<Message, Message>(
      () => abandon(scope, next(message, scope)),
      after =>
        settle(
          () => run(steps, message, scope, context),
          () => after,
          rethrow,
        ),
      thrown => {
        const error = asSluiceError(thrown)
        const failed = { ...message, vars: { ...message.vars, error: errorValue(error) } }
        const complain = (also: unknown): never => {
          context.log.warn('finally failed', { id: scope.id, pipeline: context.pipeline, error: asSluiceError(also) })
          throw error
        }
        return settle<unknown, never>(
          () => run(steps, failed, scope, context),
          () => rethrow(error),
          complain,
        )
      },
    )
    if (done instanceof Promise) context.track(done)
    return done
  }
}

/** What was started, or what cut the scope, whichever comes first. */
function abandon(scope: Scope, started: Message | Promise<Message>): Message | Promise<Message> {
  if (!(started instanceof Promise)) return started
  const { signal } = scope
  return new Promise((resolve, reject) => {
    const cut = (): void => reject(scope.reason ?? new SluiceError('CANCELLED', 'the message was given up'))
    if (signal.aborted) cut()
    else signal.addEventListener('abort', cut, { once: true })
    started.finally(() => signal.removeEventListener('abort', cut)).then(resolve, reject)
  })
}

function run(steps: Step, message: Message, scope: Scope, context: StepContext): unknown {
  const { id, traceparent, attempt, depth, watch, remaining } = scope
  const ms = remaining + graceMs
  const own = new Scope({ id, traceparent, attempt, depth, watch, deadline: performance.now() + ms })
  const late = (): SluiceError => new SluiceError('TIMEOUT', `the \`finally\` of ${context.pipeline} took too long`)
  return limit(own, ms, late, inner => steps(message, inner))
}

function rethrow(thrown: unknown): never {
  throw thrown
}
