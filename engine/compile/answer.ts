import type { Result } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Body, Message } from '../core/message.ts'
import type { Formats, NamedFormat } from './formats.ts'

export interface AnswerOptions {
  readonly name: string
  /** The format that the call or its connector says. */
  readonly said: NamedFormat | undefined
  readonly formats: Formats
  /** The operation gives a result; one that does not leaves the body as it is. */
  readonly hasResult: boolean
}

/** The message after a call: its result as the body, and `$last`. Bytes are read by the format said, else by their content type; bytes of no known type stay bytes. */
export function compileAnswer(options: AnswerOptions): (message: Message, result: Result | undefined) => Message {
  return (message, result) => {
    if (result === undefined) return { ...message, body: options.hasResult ? undefined : message.body, last: {} }
    const { status, headers, found } = result
    if (!options.hasResult) return { ...message, last: { status, headers } }
    return { ...message, body: found === false ? undefined : decode(result, options), last: { status, headers, found } }
  }
}

function decode({ body, contentType }: Result, { name, said, formats }: AnswerOptions): Body {
  if (!(body instanceof Uint8Array)) return body
  const format = said ?? formats.byContentType(contentType) ?? (isText(contentType) ? formats.byType('text') : undefined)
  if (format === undefined) return body
  try {
    return format.format.decode(body, contentType)
  } catch (cause) {
    throw new SluiceError('UPSTREAM_MALFORMED', `the answer of ${name}: ${asSluiceError(cause).message}`, { cause })
  }
}

const isText = (contentType: string | undefined): boolean => contentType !== undefined && /^text\//i.test(contentType)
