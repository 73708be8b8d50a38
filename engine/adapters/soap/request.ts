import type { SoapConnector, SoapConnectorOperations } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import { Secret } from '../../core/secret.ts'
import { createXmlWriter, type XmlWriter } from '../../formats/xml-writer.ts'
import { contentTypes, type Version, writeEnvelope } from './envelope.ts'

export type Call = SoapConnectorOperations['call']

/** What goes out over HTTP for a call. */
export interface SoapRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Renders calls. Throws ARGUMENT_INVALID for what an envelope or a header cannot hold, and where nobody names the namespace. */
export function createRenderer({ version, namespace: own }: Pick<SoapConnector, 'version' | 'namespace'>): (call: Call) => SoapRequest {
  const writer = createXmlWriter()
  return call => {
    const { operation, namespace = own, action = operation, body, header } = call
    if (namespace === undefined) throw invalid('neither the call nor its connector names a namespace')
    if (/[^\x20\x21\x23-\x5b\x5d-\x7e]/.test(action)) throw invalid('the action holds a character that a header cannot say')
    const element = render(writer, operation, body, namespace)
    const blocks = Object.entries(header ?? {}).map(([name, value]) => block(writer, name, value, namespace))
    return { headers: headersOf(version, action), body: writeEnvelope(version, element, blocks.join('')) }
  }
}

/** A quoted action in 1.1 (section 6.1.1), a parameter of the media type in 1.2 (part 2, section 7.1.4). */
function headersOf(version: Version, action: string): Readonly<Record<string, string>> {
  const [accept = ''] = contentTypes[version].split(';')
  if (version === '1.2') return { accept, 'content-type': `${contentTypes['1.2']}; action="${action}"` }
  return { accept, 'content-type': contentTypes['1.1'], soapaction: `"${action}"` }
}

/** An argument without a value leaves its block out; a list is a block for each. */
function block(writer: XmlWriter, name: string, value: Body, namespace: string): string {
  if (value === undefined) return ''
  return Array.isArray(value) ? value.map(item => render(writer, name, item, namespace)).join('') : render(writer, name, value, namespace)
}

function render(writer: XmlWriter, name: string, value: Body, namespace: string): string {
  try {
    return writer.element(name, revealed(value), namespace)
  } catch (cause) {
    throw invalid(cause instanceof SluiceError ? cause.message : 'the value cannot be written')
  }
}

/** Passwords stand in the body or the header of more than one old service. */
function revealed(value: Body | Secret): Body {
  if (value instanceof Secret) return value.reveal()
  if (typeof value !== 'object' || value === null) return value
  // The parts of a JSON value are JSON, or Secrets, and so is what is made of them.
  if (Array.isArray(value)) return value.map(revealed) as Body
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revealed(item)])) as Body
}

const invalid = (fault: string): SluiceError => new SluiceError('ARGUMENT_INVALID', `calling a SOAP service: ${fault}`)
