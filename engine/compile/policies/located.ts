import { asSluiceError, type SluiceError } from '../../core/errors.ts'
import type { Where } from '../../core/finding.ts'
import { settle } from '../chain.ts'
import type { Work } from '../work.ts'
import type { Witness } from './witness.ts'

export interface Place {
  readonly step: string
  readonly connector?: string | undefined
  readonly where: Where
}

/** Whatever was thrown as a SluiceError that says where: the innermost that sees it puts its place on, once. */
export function locate(thrown: unknown, place: Place, attempt: number): SluiceError {
  const error = asSluiceError(thrown)
  error.at ??= { ...place, attempt }
  return error
}

/** Puts the place on what fails. */
export const located =
  (place: Place) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) =>
    settle<Output, Output>(
      () => next(input, scope),
      output => output,
      thrown => {
        throw locate(thrown, place, scope.attempt)
      },
    )

/** The same for a call. */
export const locating = (place: Place): Witness => ({
  end(_mark, error, scope) {
    if (error !== undefined) locate(error, place, scope.attempt)
  },
})
