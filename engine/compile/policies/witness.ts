import { asSluiceError, type SluiceError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'
import { settle } from '../chain.ts'
import type { Work } from '../work.ts'

/** Looks at a call as it begins and as it ends, and changes nothing in between: all that look at one call share one promise. */
export interface Witness {
  /** Gives what its `end` wants to know again, as a number. Throws to refuse the call: then it was not begun. */
  begin?(scope: Scope): number
  end?(mark: number, error: SluiceError | undefined, scope: Scope): void
}

/** The first is the outermost: it begins first, and ends last. */
export const witnessed =
  (witnesses: readonly Witness[]) =>
  <Input, Output>(next: Work<Input, Output>): Work<Input, Output> =>
  (input, scope) => {
    const marks = begin(witnesses, scope)
    return settle<Output, Output>(
      () => next(input, scope),
      output => {
        end(witnesses, marks, scope)
        return output
      },
      thrown => {
        const error = asSluiceError(thrown)
        end(witnesses, marks, scope, error)
        throw error
      },
    )
  }

/** What each gave. Those before one that refuses see the call end with its refusal. */
export function begin(witnesses: readonly Witness[], scope: Scope): readonly number[] {
  const marks: number[] = []
  try {
    for (const witness of witnesses) marks.push(witness.begin?.(scope) ?? 0)
    return marks
  } catch (thrown) {
    const error = asSluiceError(thrown)
    end(witnesses, marks, scope, error)
    throw error
  }
}

export function end(witnesses: readonly Witness[], marks: readonly number[], scope: Scope, error?: SluiceError): void {
  for (let at = marks.length - 1; at >= 0; at--) witnesses[at]?.end?.(marks[at] ?? 0, error, scope)
}
