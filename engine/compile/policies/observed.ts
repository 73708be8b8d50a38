import type { Policy } from '../../core/component.ts'
import type { StepModel } from '../../core/model.ts'
import type { CallRecord } from '../../core/ports.ts'
import type { Scope, StepEvent } from '../../core/scope.ts'
import { settle } from '../chain.ts'
import { locate } from './located.ts'
import type { Witness } from './witness.ts'

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
export const observedCall = (connector: string, operation: string, called: (record: CallRecord) => void): Witness => ({
  begin: () => performance.now(),
  end: (started, error) => called({ connector, operation, error: error?.code, durationMs: performance.now() - started }),
})

/** A watcher that throws is not the message's trouble. */
export function tell(scope: Scope, event: StepEvent): void {
  try {
    scope.watch?.(event)
  } catch {
    // Whoever watches sees its own faults.
  }
}
