import { asSluiceError } from '../../core/errors.ts'
import type { Where } from '../../core/finding.ts'
import { settle } from '../chain.ts'
import type { Work } from '../work.ts'

export interface Place {
  readonly step: string
  readonly connector?: string | undefined
  readonly where: Where
}

/** Makes whatever fails a SluiceError that says where: the innermost that sees it puts its place on, once. */
export const located =
  (place: Place) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) =>
    settle<Output, Output>(
      () => next(input, scope),
      output => output,
      thrown => {
        const error = asSluiceError(thrown)
        error.at ??= { ...place, attempt: scope.attempt }
        throw error
      },
    )
