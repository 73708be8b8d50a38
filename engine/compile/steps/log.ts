import type { LogStep } from '../../core/config.gen.ts'
import { defineStep } from '../step.ts'

/** Writes one line to the log. A line that cannot be made is an error of the step. */
export default defineStep<LogStep>({
  compile: ({ id: step, config }, context) => {
    const { level, message: sentence, fields } = config.log
    const text = context.value(sentence)
    const facts = context.value(fields)
    const { log, pipeline } = context
    return message => {
      const said = text(message)
      const more = facts(message)
      log[level](typeof said === 'string' ? said : JSON.stringify(said ?? null), {
        ...(typeof more === 'object' ? more : {}),
        id: message.origin.id,
        pipeline,
        step,
      })
      return message
    }
  },
})
