import type { TransformStep } from '../../core/config.gen.ts'
import { defineStep } from '../step.ts'

/** Builds the new body from a tree. */
export default defineStep<TransformStep>({
  compile: ({ config }, context) => {
    const value = context.value(config.transform)
    return message => ({ ...message, body: value(message) })
  },
  replaces: () => true,
})
