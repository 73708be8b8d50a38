import { asSluiceError, type SluiceError } from '../../core/errors.ts'
import type { RetryPolicy } from '../../core/policies.gen.ts'
import { settle } from '../chain.ts'
import { matches } from '../matches.ts'
import { pause } from '../pause.ts'
import type { Work } from '../work.ts'
import { locate, type Place } from './located.ts'
import { begin, end, type Witness } from './witness.ts'

export interface RetryOptions {
  /** The work may be done twice without harm: then also what may have happened is tried again. */
  readonly idempotent: boolean
  /** Whether the work is one call; of a block that is not idempotent nothing is tried again, for a part of it may have happened. */
  readonly single: boolean
  /** Asked before each repetition. */
  readonly allowed?: (() => boolean) | undefined
  /** Put on errors here, since only here the attempt is known. */
  readonly place: Place
  /** Look at all attempts as one. */
  readonly witnesses?: readonly Witness[]
}

/**
 * Makes failed work again after a random pause that grows, as long as its error and its deadline leave room.
 * An open breaker is waited for only where `on` names it.
 */
export const retry =
  (policy: RetryPolicy, options: RetryOptions) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> => {
    const { place, allowed, witnesses = [] } = options
    return (input, scope) => {
      const marks = begin(witnesses, scope)
      const giveUp = (thrown: unknown): never => {
        const error = asSluiceError(thrown)
        end(witnesses, marks, scope, error)
        throw error
      }
      const attempt = (number: number): Output | Promise<Output> =>
        settle<Output, Output>(
          () => next(input, number === 1 ? scope : scope.narrow({ attempt: number })),
          output => {
            end(witnesses, marks, scope)
            return output
          },
          thrown => {
            const error = locate(thrown, place, number)
            const ms = pauseBefore(number + 1, error, policy)
            if (number >= policy.attempts || !helps(error, policy, options) || ms >= scope.remaining || allowed?.() === false)
              return giveUp(error)
            return pause(ms, scope).then(() => attempt(number + 1), giveUp)
          },
        )
      return attempt(1)
    }
  }

function helps(error: SluiceError, policy: RetryPolicy, { idempotent, single }: RetryOptions): boolean {
  if (!matches(policy.on, error)) return false
  if (error.code === 'BREAKER_OPEN' && policy.on.length === 0) return false
  if (error.retry === 'safe') return single || idempotent
  return error.retry === 'unsafe' && idempotent
}

/** Full jitter; what the called system said (`Retry-After`) is the least. */
function pauseBefore(number: number, error: SluiceError, { delay, backoff, maxDelay }: RetryPolicy): number {
  const longest = Math.min(maxDelay, delay * backoff ** (number - 2))
  return Math.max(Math.random() * longest, error.detail.delayMs ?? 0)
}
