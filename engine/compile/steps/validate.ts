import type { ValidateStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import { defineStep } from '../step.ts'

/** Checks the body, fills it in and coerces it as `input` does; the result is the body. */
export default defineStep<ValidateStep>({
  compile: ({ config }, context) => {
    const check = context.check(config.validate)
    return message => {
      const { value, violations, count } = check(message.body)
      if (count === 0) return { ...message, body: value }
      throw new SluiceError('INPUT_INVALID', 'the body violates the schema', { violations, violationCount: count })
    }
  },
  looks: () => true,
})
