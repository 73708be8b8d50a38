import type { InvokeStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import { chain } from '../chain.ts'
import { defineStep } from '../step.ts'

/** How deep pipelines may invoke each other. */
const deepest = 16

/**
 * Another pipeline, with its own input, timeout and concurrency; its reply's body is the result, its errors pass through. With `async` the result
 * is the receipt of its queue.
 */
export default defineStep<InvokeStep>({
  waits: true,
  compile: ({ config }, context) => {
    const input = config.with === undefined ? undefined : context.value(config.with)
    if (config.async) {
      const enqueue = context.enqueue(config.invoke)
      return async message => {
        const body = input === undefined ? message.body : input(message)
        return { ...message, body: { ...(await enqueue(body, message.origin)) } }
      }
    }
    const invoke = context.invoke(config.invoke)
    return (message, scope) => {
      if (scope.depth >= deepest) throw new SluiceError('LIMIT', `pipelines invoke each other more than ${deepest} deep`)
      const body = input === undefined ? message.body : input(message)
      const inner = scope.narrow({ depth: scope.depth + 1, attempt: 1 })
      return chain(invoke(body, message.origin, inner), outcome => ({ ...message, body: outcome.body }))
    }
  },
  repeatable: ({ config, idempotent }, { pipeline }) => idempotent || (!config.async && pipeline(config.invoke)),
  fails: ({ config }) => (config.async ? {} : { pipeline: config.invoke }),
  looks: ({ config }, look) => config.with === undefined || look.into(config.with),
  replaces: () => true,
})
