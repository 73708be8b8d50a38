import type { RespondStep } from '../../core/config.gen.ts'
import { compileReply } from '../reply.ts'
import { defineStep } from '../step.ts'

/** The reply, now: the steps around it end here, those of a pipeline that invoked this one go on. */
export default defineStep<RespondStep>({
  compile: ({ id, config, where }) => {
    const reply = compileReply(config.respond, { step: id, where })
    return message => {
      const { status, headers, body } = reply(message)
      return { ...message, body, reply: { status, headers } }
    }
  },
})
