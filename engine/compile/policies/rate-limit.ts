import type { Duration } from '../../core/duration.ts'
import { SluiceError } from '../../core/errors.ts'
import type { RateLimitPolicy } from '../../core/policies.gen.ts'
import type { Clock } from '../../core/ports.ts'
import { pause } from '../pause.ts'
import type { Work } from '../work.ts'

/** A token bucket as one number: the time at which it would be full again (GCRA). */
export class RateLimiter {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #burstMs: number
  #fullAt = 0
  #longestWaitMs = 0

  constructor({ count, per }: RateLimitPolicy, clock: Clock) {
    this.#clock = clock
    this.#intervalMs = per / count
    this.#burstMs = per - this.#intervalMs
  }

  /** Takes the next turn, where it comes within `mostMs`: the milliseconds until then. Undefined: it is later, and nothing was taken. */
  take(mostMs: number): number | undefined {
    const now = this.#clock.now()
    // A clock that was set back must not make everybody wait for it.
    const sane = this.#fullAt - now > this.#burstMs + this.#intervalMs + this.#longestWaitMs ? now : this.#fullAt
    const fullAt = Math.max(sane, now)
    const wait = Math.max(0, fullAt - this.#burstMs - now)
    if (wait > mostMs) return undefined
    this.#longestWaitMs = Math.max(this.#longestWaitMs, mostMs)
    this.#fullAt = fullAt + this.#intervalMs
    return wait
  }
}

/** So many in a time; more wait for their turn, where it comes within `ms` and the deadline. */
export const rateLimit =
  (limiter: RateLimiter, ms: Duration, what: string) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) => {
    const wait = limiter.take(Math.min(ms, scope.remaining))
    if (wait === undefined) throw new SluiceError('OVERLOADED', `the rate limit of ${what} leaves no turn in time`)
    return wait === 0 ? next(input, scope) : pause(wait, scope).then(() => next(input, scope))
  }
