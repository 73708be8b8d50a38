import type { FormatStep } from '../../core/config.gen.ts'
import { defineStep } from '../step.ts'

/** A value to text; to bytes where the format is binary. Nothing stays nothing. */
export default defineStep<FormatStep>({
  compile: ({ config }, context) => {
    const { format } = context.formats.of(config.format)
    const from = config.from === undefined ? undefined : context.value(config.from)
    return message => {
      const value = from === undefined ? message.body : from(message)
      if (value === undefined) return { ...message, body: undefined }
      const { bytes, contentType } = format.encode(value)
      return { ...message, body: isText(contentType) ? new TextDecoder().decode(bytes) : bytes }
    }
  },
  looks: ({ config }, look) => config.from === undefined || look.into(config.from),
  replaces: () => true,
})

const isText = (contentType: string): boolean => /^text\/|[/+](?:json|xml)\b|^application\/x-www-form-urlencoded\b/.test(contentType)
