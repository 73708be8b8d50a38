import type { Duration } from '../../core/duration.ts'
import { settle } from '../chain.ts'
import type { Work } from '../work.ts'
import type { Slots } from './slots.ts'

/** Calls at once; more wait for `ms` at most. A call that was given up gives its slot back, whether or not it listens. */
export const concurrency =
  (slots: Slots, ms: Duration) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) => {
    const go = (): Output | Promise<Output> =>
      settle<Output, Output>(
        () => next(input, scope),
        output => {
          slots.leave()
          return output
        },
        thrown => {
          slots.leave()
          throw thrown
        },
      )
    const waiting = slots.enter(ms, scope)
    return waiting === undefined ? go() : waiting.then(go)
  }
