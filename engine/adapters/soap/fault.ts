import type { Refusal } from '../../core/component.ts'
import type { Json, Reply } from '../../core/message.ts'
import { escapeAttribute, escapeText, isQualifiedName } from '../../formats/xml-escape.ts'
import type { XmlElement } from '../../formats/xml-reader.ts'
import { createXmlWriter } from '../../formats/xml-writer.ts'
import { contentTypes, type Version, writeEnvelope } from './envelope.ts'

/** What a fault is made of. */
export interface FaultOptions {
  readonly version: Version
  /** Of the channel: the element in the detail is in it. */
  readonly namespace: string
  /** Default: what the version says, once an envelope is read: 500 in 1.1, 400 (Sender) or 500 (Receiver) in 1.2. */
  readonly status?: number
}

/** The refusal as a Fault. Its detail is one element, named by the code: `message`, `id`, `violations`, `violationCount`, `details`. */
export function renderFault(refusal: Refusal, { version, namespace, status }: FaultOptions): Reply {
  const sender = refusal.fault === 'sender'
  const code = codes[version][sender ? 'sender' : 'receiver']
  const detail = detailOf(refusal, namespace)
  return {
    status: status ?? (sender && version === '1.2' ? 400 : 500),
    headers: refusal.headers,
    contentType: contentTypes[version],
    body: writeEnvelope(version, fault(version, code, clean(refusal.text), detail)),
  }
}

/** What is wrong with the envelope itself, for which the specification has codes of its own. */
export type EnvelopeFault =
  | { readonly code: 'VersionMismatch'; readonly text: string }
  | { readonly code: 'MustUnderstand'; readonly text: string; readonly blocks: readonly XmlElement[] }

/** It has no detail: that is about the Body. */
export function renderEnvelopeFault(version: Version, about: EnvelopeFault): Reply {
  const header = version === '1.2' && about.code === 'MustUnderstand' ? about.blocks.map(notUnderstood).join('') : ''
  const body = fault(version, about.code, clean(about.text), '')
  return { status: 500, headers: {}, contentType: contentTypes[version], body: writeEnvelope(version, body, header) }
}

/** SOAP 1.1 section 4.4.1, 1.2 part 1 section 5.4.6. */
const codes = {
  '1.1': { sender: 'Client', receiver: 'Server' },
  '1.2': { sender: 'Sender', receiver: 'Receiver' },
} as const

/** In 1.1 the code is a qualified name with the envelope's prefix, and what is in the Fault has no namespace. */
function fault(version: Version, code: string, text: string, detail: string): string {
  if (version === '1.1') {
    const inside = detail === '' ? '' : `<detail>${detail}</detail>`
    return `<s:Fault><faultcode>s:${code}</faultcode><faultstring>${escapeText(text)}</faultstring>${inside}</s:Fault>`
  }
  const inside = detail === '' ? '' : `<s:Detail>${detail}</s:Detail>`
  const reason = `<s:Reason><s:Text xml:lang="en">${escapeText(text)}</s:Text></s:Reason>`
  return `<s:Fault><s:Code><s:Value>s:${code}</s:Value></s:Code>${reason}${inside}</s:Fault>`
}

/** SOAP 1.2 part 1 section 5.4.8. */
const notUnderstood = ({ name, uri }: XmlElement): string =>
  uri === '' ? `<s:NotUnderstood qname="${name}"/>` : `<s:NotUnderstood qname="n:${name}" xmlns:n="${escapeAttribute(uri)}"/>`

function detailOf({ code, text, id, violations, violationCount, details }: Refusal, namespace: string): string {
  const content: Readonly<Record<string, Json>> = {
    message: text,
    id,
    ...(violations.length > 0 ? { violations: violations.map(violation => ({ ...violation })), violationCount } : undefined),
  }
  const name = isQualifiedName(code) && !code.includes(':') ? code : 'fault'
  const write = (value: Json): string => createXmlWriter().element(name, cleanAll(value), namespace)
  if (details === undefined) return write(content)
  try {
    return write({ ...content, details })
  } catch {
    // An author's details may have names that XML does not: then they are there as JSON text.
    return write({ ...content, details: JSON.stringify(details) })
  }
}

/** Characters that XML 1.0 cannot say: a text may quote what a caller sent. */
const notXml = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const clean = (text: string): string => text.replace(notXml, '\ufffd')
const cleanAll = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_name, item: unknown) => (typeof item === 'string' ? clean(item) : item))
