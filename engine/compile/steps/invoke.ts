import type { InvokeStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import { chain } from '../chain.ts'
import { defineStep } from '../step.ts'

/** How deep pipelines may invoke each other. */
const deepest = 16

/** Another pipeline, with its own input, timeout and concurrency; its reply's body is the result, its errors pass through. */
export default defineStep<InvokeStep>({
  compile: ({ config }, context) => {
    const input = config.with === undefined ? undefined : context.value(config.with)
    return (message, scope) => {
      if (scope.depth >= deepest) throw new SluiceError('LIMIT', `pipelines invoke each other more than ${deepest} deep`)
      const body = input === undefined ? message.body : input(message)
      const inner = scope.narrow({ depth: scope.depth + 1, attempt: 1 })
      return chain(context.invoke(config.invoke)(body, message.origin, inner), outcome => ({ ...message, body: outcome.body }))
    }
  },
  repeatable: ({ config, idempotent }, { pipeline }) => idempotent || pipeline(config.invoke),
  fails: ({ config }) => ({ pipeline: config.invoke }),
  looks: ({ config }, look) => config.with === undefined || look.into(config.with),
  replaces: () => true,
})
