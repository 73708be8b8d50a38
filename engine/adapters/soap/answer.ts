import type { Result } from '../../core/component.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Json } from '../../core/message.ts'
import type { XmlElement } from '../../formats/xml-reader.ts'
import { createXmlMapping } from '../../formats/xml-value.ts'
import type { HttpAnswer } from '../../kit/http-exchange.ts'
import { refusedBy } from '../../kit/http-refusal.ts'
import { type Envelope, namespaces, readEnvelope } from './envelope.ts'

/**
 * The content of the element in the reply's Body. Throws UPSTREAM_REFUSED for a Fault and for any status of 400 or above; UPSTREAM_MALFORMED for
 * what is no envelope. A reply without a body, as one to a message that wants none, is no content.
 */
export function readReply(answer: HttpAnswer, doing: string): Result {
  const { status, headers, body } = answer
  if (status < 300 && body.length === 0) return { status, headers, body: undefined }
  const envelope = status >= 300 && status < 400 ? undefined : open(answer, doing)
  if (envelope === undefined) throw refusedBy(doing, answer, textOf(answer))
  const [element] = envelope.body.children
  if (element?.name === 'Fault' && element.uri === namespaces[envelope.version]) throw refused(answer, element, doing)
  const value = element === undefined ? {} : toValue(element)
  if (status >= 400) throw refusedBy(doing, answer, value)
  return { status, headers, body: value }
}

const { toValue } = createXmlMapping()

/** `undefined` where a refusal is no envelope: then its status says enough. */
function open(answer: HttpAnswer, doing: string): Envelope | undefined {
  const contentType = answer.headers['content-type']
  let fault = 'its envelope is of no version that is known here'
  try {
    const envelope = readEnvelope(answer.body, typeof contentType === 'string' ? contentType : undefined)
    if (envelope !== undefined) return envelope
  } catch (error) {
    fault = error instanceof SluiceError ? error.message : String(error)
  }
  if (answer.status >= 400) return undefined
  throw new SluiceError('UPSTREAM_MALFORMED', `${doing}: the answer is no SOAP envelope: ${fault}`)
}

/** In 1.1 every Fault comes with 500: one that blames the sender counts as 400, as in 1.2, so that refusals do not count as failures. */
function refused(answer: HttpAnswer, fault: XmlElement, doing: string): SluiceError {
  const code = localName(textAt(fault, 'faultcode') ?? textAt(fault, 'Code', 'Value') ?? '')
  const text = textAt(fault, 'faultstring') ?? textAt(fault, 'Reason', 'Text') ?? ''
  const element = fault.children.find(({ name }) => name === 'detail' || name === 'Detail')
  const detail = element === undefined ? undefined : toValue(element)
  const sender = /^(?:Client|Sender)\b/.test(code)
  const status = answer.status >= 400 && answer.status < 500 ? answer.status : sender ? 400 : Math.max(answer.status, 500)
  const body: Json = { code, text, ...(detail !== undefined && { detail }) }
  const { detail: facts } = refusedBy(doing, { ...answer, status }, body)
  return new SluiceError('UPSTREAM_REFUSED', `${doing}: it answered with a Fault that blames ${sender ? 'the call' : 'itself'}`, facts)
}

function textAt(element: XmlElement, ...path: readonly string[]): string | undefined {
  let at: XmlElement | undefined = element
  for (const wanted of path) at = at?.children.find(({ name }) => name === wanted)
  return at?.text.trim()
}

const localName = (qualified: string): string => qualified.slice(qualified.indexOf(':') + 1)

/** What a refusal that is no Fault says, where it is text. */
function textOf({ headers, body }: HttpAnswer): string | undefined {
  const type = String(headers['content-type'] ?? '')
  if (body.length === 0 || !/^text\/|xml|json/i.test(type)) return undefined
  return new TextDecoder().decode(body.subarray(0, longest))
}

const longest = 64 * 1024
