import type { Duration } from '../../core/duration.ts'
import { formatDuration } from '../../core/duration.ts'
import { SluiceError } from '../../core/errors.ts'
import { limit } from '../../core/scope.ts'
import type { Work } from '../work.ts'

/** At most so long; `what` is named by the TIMEOUT. */
export const timeout =
  (ms: Duration, what: string) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) => {
    // Also at the deadline it is this timeout that ends it, so that the breaker inside of which it stands hears of it.
    const most = Math.min(ms, scope.remaining)
    return limit(
      scope,
      most,
      () => new SluiceError('TIMEOUT', `${what} took longer than ${formatDuration(most)}`),
      inner => next(input, inner),
    )
  }
