import type { Duration } from '../../core/duration.ts'
import { formatDuration } from '../../core/duration.ts'
import { asSluiceError, SluiceError } from '../../core/errors.ts'
import { race } from '../../core/scope.ts'
import type { Work } from '../work.ts'
import { begin, end, type Witness } from './witness.ts'

/** At most so long, which the witnesses look at; `what` is named by the TIMEOUT. */
export const timeout =
  (ms: Duration, what: string, witnesses: readonly Witness[] = []) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) => {
    const marks = begin(witnesses, scope)
    // Also at the deadline it is this timeout that ends it, so that the breaker hears of it.
    const now = performance.now()
    const until = Math.min(now + ms, scope.deadline)
    return race<Output, Output>(scope, {
      until,
      late: () => new SluiceError('TIMEOUT', `${what} took longer than ${formatDuration(until < scope.deadline ? ms : until - now)}`),
      work: inner => next(input, inner),
      done: output => {
        end(witnesses, marks, scope)
        return output
      },
      failed: thrown => {
        const error = asSluiceError(thrown)
        end(witnesses, marks, scope, error)
        throw error
      },
    })
  }
