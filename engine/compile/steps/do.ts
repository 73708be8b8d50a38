import type { DoStep } from '../../core/config.gen.ts'
import { defineStep } from '../step.ts'

/** A block. */
export default defineStep<DoStep>({
  compile: ({ config }, context) => context.block(config.do),
  repeatable: ({ config }, { steps }) => steps(config.do),
})
