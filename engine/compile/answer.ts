import type { Result } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Body, Message } from '../core/message.ts'
import type { Formats, NamedFormat } from './formats.ts'
import { locate, type Place } from './policies/located.ts'
import type { UnreadBodies } from './unread.ts'

export interface AnswerOptions {
  /** `connector.operation`. */
  readonly name: string
  /** Named by an answer that cannot be read, whenever that is found out. */
  readonly place: Place
  /** The format that the call or its connector says. */
  readonly said: NamedFormat | undefined
  readonly formats: Formats
  /** The operation gives a result; one that does not leaves the body as it is. */
  readonly hasResult: boolean
  /** Where the result is kept in bytes, since nobody looks into it; absent where somebody does. */
  readonly unread: UnreadBodies | undefined
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

function decode({ body, contentType }: Result, { name, place, said, formats, unread }: AnswerOptions): Body {
  if (!(body instanceof Uint8Array)) return body
  const format = said ?? formats.byContentType(contentType) ?? (isText(contentType) ? formats.byType('text') : undefined)
  const read = (): Body => (format === undefined ? body : readAnswer({ name, place }, () => format.format.decode(body, contentType)))
  if (unread === undefined || body.byteLength === 0) return read()
  return unread.keep(body, { contentType: contentType ?? format?.mediaType, format, decode: read })
}

function readAnswer({ name, place }: Pick<AnswerOptions, 'name' | 'place'>, read: () => Body): Body {
  try {
    return read()
  } catch (cause) {
    throw locate(new SluiceError('UPSTREAM_MALFORMED', `the answer of ${name}: ${asSluiceError(cause).message}`, { cause }), place, 1)
  }
}

const isText = (contentType: string | undefined): boolean => contentType !== undefined && /^text\//i.test(contentType)
