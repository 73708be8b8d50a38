import type { Bound, Serve, WireRequest } from '../../core/component.ts'
import type { SoapChannel } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body, Content, Headers, Inbound, Reply } from '../../core/message.ts'
import type { XmlElement } from '../../formats/xml-reader.ts'
import { createXmlMapping, type XmlMapping } from '../../formats/xml-value.ts'
import { createXmlWriter } from '../../formats/xml-writer.ts'
import {
  contentTypes,
  type Envelope,
  messageIdOf,
  notUnderstood,
  readEnvelope,
  type Version,
  versionOf,
  writeEnvelope,
} from './envelope.ts'
import { renderEnvelopeFault, renderFault } from './fault.ts'
import { actionOf, describeService } from './wsdl.ts'
import { attributesIn } from './xsd.ts'

/** All operations of one path. */
export function openService(bound: readonly Bound<SoapChannel>[]): Serve {
  const operations = bound.map(open)
  const namespace = bound[0]?.config.namespace ?? ''
  const writer = createXmlWriter()
  const wsdl = describeService(bound)

  const answer = async (request: WireRequest, refuse: Parameters<Serve>[1]): Promise<Reply> => {
    const contentType = textOf(request.headers, 'content-type')
    checkMediaType(contentType)
    const envelope = readEnvelope(await request.body(), contentType)
    if (envelope === undefined) {
      const { text } = refuse(new SluiceError('BAD_REQUEST', 'the namespace of the Envelope is neither that of SOAP 1.1 nor that of 1.2'))
      return renderEnvelopeFault(versionOf(contentType), { code: 'VersionMismatch', text })
    }
    const blocks = notUnderstood(envelope)
    if (blocks.length > 0) {
      const names = blocks.map(({ name }) => name).join(', ')
      const { text } = refuse(new SluiceError('BAD_REQUEST', `these header blocks must be understood, and are not: ${names}`))
      return renderEnvelopeFault(envelope.version, { code: 'MustUnderstand', text, blocks })
    }
    try {
      const element = onlyElement(envelope)
      const action = actionIn(request.headers)
      const operation = find(operations, namespace, element, action)
      const inbound = inboundOf(request, operation, { element, action, messageId: messageIdOf(envelope) })
      const { body, headers } = await operation.bound.handle(inbound, request)
      const content = writer.element(`${operation.name}Response`, contentOf(body), namespace)
      return replyOf(envelope.version, content, headers)
    } catch (error) {
      return renderFault(refuse(error), { version: envelope.version, namespace })
    }
  }

  return (request, refuse) => {
    if (request.method === 'POST') return answer(request, refuse)
    if (!asksForWsdl(request))
      throw new SluiceError('METHOD_NOT_ALLOWED', 'a SOAP service takes POST, and GET with ?wsdl', { headers: { allow: 'POST' } })
    return { status: 200, headers: {}, contentType: contentTypes['1.1'], body: wsdl(request.origin + request.path) }
  }
}

interface Operation {
  readonly name: string
  readonly actions: ReadonlySet<string>
  readonly mapping: XmlMapping
  readonly bound: Bound<SoapChannel>
}

function open(bound: Bound<SoapChannel>): Operation {
  const { operation, namespace } = bound.config
  return {
    name: operation,
    actions: new Set([actionOf(namespace, operation), operation]),
    mapping: createXmlMapping({ attributes: attributesIn(bound.contract.input, bound.contract.schemas) }),
    bound,
  }
}

/** Whoever types an envelope by hand is let through; a message with attachments (SOAP 1.1 with Attachments, MTOM) is not read. */
function checkMediaType(contentType: string | undefined): void {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type !== '' && !type.endsWith('xml') && !byHand.has(type))
    throw new SluiceError('UNSUPPORTED', 'a SOAP envelope is text/xml (1.1) or application/soap+xml (1.2), without attachments')
}

const byHand: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded', 'application/octet-stream', 'text/plain'])

function onlyElement({ body }: Envelope): XmlElement {
  const [element, another] = body.children
  if (element === undefined) throw new SluiceError('BAD_REQUEST', 'the Body of the envelope holds no element')
  if (another !== undefined) throw new SluiceError('BAD_REQUEST', 'the Body of the envelope holds more than one element')
  return element
}

/** `SOAPAction` of 1.1, in quotes or not; the parameter `action` of the content type in 1.2. */
function actionIn(headers: Headers): string | undefined {
  const header = textOf(headers, 'soapaction')
    ?.trim()
    .replace(/^"(.*)"$/, '$1')
  if (header !== undefined && header !== '') return header
  const [, quoted, bare] = /;\s*action\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(textOf(headers, 'content-type') ?? '') ?? []
  return quoted ?? bare
}

/** By the element of the body, else by the action, and then whatever the element is called. */
function find(operations: readonly Operation[], namespace: string, element: XmlElement, action: string | undefined): Operation {
  const named = element.uri === namespace ? operations.find(({ name }) => name === element.name) : undefined
  const found = named ?? (action === undefined ? undefined : operations.find(({ actions }) => actions.has(action)))
  if (found !== undefined) return found
  const known = operations.map(({ name }) => name).join(', ')
  throw new SluiceError(
    'NOT_FOUND',
    `neither the element of the Body nor the action names an operation: in ${namespace} there are ${known}`,
  )
}

interface Called {
  readonly element: XmlElement
  readonly action: string | undefined
  readonly messageId: string | undefined
}

function inboundOf(request: WireRequest, operation: Operation, { element, action, messageId }: Called): Inbound {
  const { id, method, path, params, query, headers, principal } = request
  const source = { method, path, params, query, operation: operation.name, action, messageId }
  return {
    body: { value: operation.mapping.toValue(element) },
    headers,
    source,
    id,
    traceparent: textOf(headers, 'traceparent'),
    principal,
  }
}

/** What is no object has no names for elements: it is `return`, repeated for a list. */
function contentOf(body: Content): Body {
  if (!('value' in body)) throw new SluiceError('INTERNAL', 'writing the reply as SOAP: it is bytes, which an envelope does not hold')
  const { value } = body
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) return { return: value }
  return Array.isArray(value) ? { return: value } : value
}

function replyOf(version: Version, content: string, headers: Headers): Reply {
  const { 'content-type': _ours, ...others } = headers
  return { status: 200, headers: others, contentType: contentTypes[version], body: writeEnvelope(version, content) }
}

const asksForWsdl = ({ query }: WireRequest): boolean => Object.keys(query).some(name => /^(?:single)?wsdl$/i.test(name))

function textOf(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
