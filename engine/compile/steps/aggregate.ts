import type { AggregateStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body, Json } from '../../core/message.ts'
import { defineStep } from '../step.ts'

/** Gathers messages: what is done with a batch stands beside, and is run from the queue. */
export default defineStep<AggregateStep>({
  waits: true,
  compile: ({ config }, { value, pipeline, unread, batches, model }) => {
    const { key, ...limits } = config.aggregate
    const keyOf = key === undefined ? () => null : value(key)
    const gathered = batches()
    const rememberedMs = model(pipeline)?.queue.maxAge ?? 0
    return async message => {
      const { receipt } = message.origin.source
      await gathered.join(
        {
          pipeline,
          key: jsonOf(keyOf(message), 'the key of a batch'),
          value: jsonOf(unread.read(message.body), 'a member of a batch'),
          receipt: typeof receipt === 'string' ? receipt : undefined,
          rememberedMs,
        },
        limits,
      )
      return message
    }
  },
  batch: ({ config }, { block }) => block(config.steps),
  repeatable: ({ idempotent }) => idempotent,
  looks: () => true,
})

/** Nothing is null in a list. */
function jsonOf(value: Body, what: string): Json {
  if (value instanceof Uint8Array || value instanceof Blob) throw new SluiceError('UNSUPPORTED', `${what} is bytes, and not a value`)
  return value ?? null
}
