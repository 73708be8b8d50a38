import type { FailStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body, Json } from '../../core/message.ts'
import { defineStep } from '../step.ts'

/** Refuses the message, by the author's own code, status and sentence. */
export default defineStep<FailStep>({
  compile: ({ config }, context) => {
    const { code, status, message: sentence, details } = config.fail
    const text = context.value(sentence ?? code)
    const more = context.value(details)
    return message => {
      const said = text(message)
      throw new SluiceError('REFUSED', typeof said === 'string' ? said : JSON.stringify(said ?? code), {
        reason: code,
        status,
        details: json(more(message)),
      })
    }
  },
  fails: ({ config }) => ({ code: config.fail.code }),
})

/** Bytes and files are no details. */
const json = (body: Body): Json | undefined => (body instanceof Uint8Array || body instanceof Blob ? undefined : body)
