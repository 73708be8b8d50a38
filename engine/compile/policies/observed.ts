import type { Policy } from '../../core/component.ts'
import { asSluiceError } from '../../core/errors.ts'
import type { StepModel } from '../../core/model.ts'
import type { CallRecord } from '../../core/ports.ts'
import type { Scope, StepEvent } from '../../core/scope.ts'
import { settle } from '../chain.ts'
import type { Work } from '../work.ts'
import { locate } from './located.ts'

/** Tells the watcher of the scope, where there is one, how the step went. */
export function observed(model: StepModel, level: number): Policy {
  const { id: step, type: verb, as, where } = model
  return next => (message, scope) => {
    if (scope.watch === undefined) return next(message, scope)
    const started = performance.now()
    const event = () => ({ step, verb, input: message.body, durationMs: performance.now() - started, depth: level + scope.depth })
    return settle(
      () => next(message, scope),
      after => {
        tell(scope, { ...event(), output: as === undefined ? after.body : after.vars[as] })
        return after
      },
      thrown => {
        const error = locate(thrown, { step, where }, scope.attempt)
        tell(scope, { ...event(), error })
        throw error
      },
    )
  }
}

/** Tells how every call of an operation went, from the outside of all that is done about it. */
export const observedCall =
  (connector: string, operation: string, called: (record: CallRecord) => void) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) => {
    const started = performance.now()
    return settle<Output, Output>(
      () => next(input, scope),
      output => {
        called({ connector, operation, durationMs: performance.now() - started })
        return output
      },
      thrown => {
        called({ connector, operation, error: asSluiceError(thrown).code, durationMs: performance.now() - started })
        throw thrown
      },
    )
  }

/** A watcher that throws is not the message's trouble. */
export function tell(scope: Scope, event: StepEvent): void {
  try {
    scope.watch?.(event)
  } catch {
    // Whoever watches sees its own faults.
  }
}
