import type { PluginStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import { settle } from '../chain.ts'
import { foreignIn } from '../foreign.ts'
import { frozenMessage } from '../frozen.ts'
import { defineStep } from '../step.ts'

/** The user's own code: it gets a deep-frozen message and gives the new body. Whatever it throws is PLUGIN, with its cause. */
export default defineStep<PluginStep>({
  waits: true,
  compile: ({ config }, context) => {
    const name = config.plugin
    const run = context.plugin(name, config.with)
    const fault = (sentence: string, cause?: unknown): SluiceError => new SluiceError('PLUGIN', `the plugin ${name} ${sentence}`, { cause })
    return (message, scope) =>
      settle<Body, typeof message>(
        () => native(run(frozenMessage(message), scope)),
        body => {
          const foreign = foreignIn(body)
          if (foreign === undefined) return { ...message, body }
          throw fault(`gave ${foreign}`)
        },
        cause => {
          throw fault(`failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
        },
      )
  },
  repeatable: ({ idempotent }) => idempotent,
  looks: () => true,
  replaces: () => true,
})

/** Any thenable as a promise. */
const native = (value: Body | Promise<Body>): Body | Promise<Body> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function' ? Promise.resolve(value) : value
