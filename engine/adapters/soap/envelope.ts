import { SluiceError } from '../../core/errors.ts'
import { decodeText } from '../../formats/charset.ts'
import { declaredCharset, parseXml, type XmlElement } from '../../formats/xml-reader.ts'

export type Version = '1.1' | '1.2'

/** A document whose element is an Envelope, of a version that is known here or not. */
export interface Envelope {
  readonly version: Version
  /** The header blocks. */
  readonly headers: readonly XmlElement[]
  readonly body: XmlElement
}

export const namespaces: Readonly<Record<Version, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

export const contentTypes: Readonly<Record<Version, string>> = {
  '1.1': 'text/xml; charset=utf-8',
  '1.2': 'application/soap+xml; charset=utf-8',
}

/** The version that a content type speaks of, before any envelope is read: 1.2 has a media type of its own (RFC 3902). */
export const versionOf = (contentType: unknown): Version =>
  typeof contentType === 'string' && /^\s*application\/soap\+xml\b/i.test(contentType) ? '1.2' : '1.1'

/**
 * Reads an envelope; `undefined` where its namespace is of no version (SOAP 1.1 section 4.1.2, 1.2 part 1 section 5.4.7). Throws MALFORMED for what
 * is no XML, and for any DOCTYPE; BAD_REQUEST for what is XML and no Envelope with one Body.
 */
export function readEnvelope(bytes: Uint8Array, contentType: string | undefined): Envelope | undefined {
  if (bytes.length === 0) throw new SluiceError('BAD_REQUEST', 'the request has no body: a SOAP envelope is wanted')
  const root = parseXml(decodeText(bytes, contentType, 'XML', declaredCharset))
  if (root.name !== 'Envelope') throw new SluiceError('BAD_REQUEST', 'the document element is no SOAP Envelope')
  const version = root.uri === namespaces['1.1'] ? '1.1' : root.uri === namespaces['1.2'] ? '1.2' : undefined
  if (version === undefined) return undefined
  const parts = root.children.filter(child => child.uri === root.uri)
  const [first, second] = parts
  const header = first?.name === 'Header' ? first : undefined
  const body = header === undefined ? first : second
  if (body?.name !== 'Body' || parts.length > (header === undefined ? 1 : 2))
    throw new SluiceError('BAD_REQUEST', 'a SOAP Envelope holds a Header, which may be absent, and one Body')
  return { version, headers: header?.children ?? [], body }
}

/** `header` and `body` are elements as they are written. */
export function writeEnvelope(version: Version, body: string, header = ''): Uint8Array {
  const head = header === '' ? '' : `<s:Header>${header}</s:Header>`
  return Buffer.from(`${declaration}<s:Envelope xmlns:s="${namespaces[version]}">${head}<s:Body>${body}</s:Body></s:Envelope>`)
}

/**
 * The header blocks that must be understood by whom the message is for, which nothing here does: by the ultimate receiver, that is without an
 * actor or role, or by whoever comes next.
 */
export function notUnderstood({ version, headers }: Envelope): readonly XmlElement[] {
  const uri = namespaces[version]
  return headers.filter(block => {
    const own = (name: string): string | undefined => block.attributes.find(item => item.uri === uri && item.name === name)?.value.trim()
    const must = own('mustUnderstand')
    if (must !== '1' && must !== 'true') return false
    const role = own(version === '1.1' ? 'actor' : 'role')
    return role === undefined || ours.has(role)
  })
}

/** WS-Addressing 1.0, and the submission that older stacks speak. */
const addressing: ReadonlySet<string> = new Set([
  'http://www.w3.org/2005/08/addressing',
  'http://schemas.xmlsoap.org/ws/2004/08/addressing',
])

/** The `MessageID` of WS-Addressing. */
export function messageIdOf({ headers }: Envelope): string | undefined {
  const id = headers.find(({ name, uri }) => name === 'MessageID' && addressing.has(uri))?.text.trim()
  return id === '' ? undefined : id
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>'

const ours: ReadonlySet<string> = new Set([
  '',
  'http://schemas.xmlsoap.org/soap/actor/next',
  'http://www.w3.org/2003/05/soap-envelope/role/next',
  'http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver',
])
