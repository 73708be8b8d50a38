import type { Policy } from '../../core/component.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Check } from '../../schema/message.ts'
import { chain } from '../chain.ts'

/** `returns`: the result is checked, filled in and coerced; a violation is the called system's fault. */
export const returned =
  (check: Check): Policy =>
  next =>
  (message, scope) =>
    chain(next(message, scope), after => {
      const { value, violations, count } = check(after.body)
      if (count === 0) return { ...after, body: value }
      throw new SluiceError('RETURNS_INVALID', 'the result violates `returns`', { violations, violationCount: count })
    })
