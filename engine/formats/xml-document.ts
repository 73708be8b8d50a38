import { loadFastXml } from './fast-xml.ts'
import { unwritable } from './unwritable.ts'
import { escapeAttribute, escapeText, isQualifiedName } from './xml-escape.ts'

/** An element of a document that is written off the hot path: WSDL, problem documents, JUnit. It holds a text or elements, never both. */
export interface XmlNode {
  /** `name` or `prefix:name`; prefixes are declared by `xmlns:…` attributes of yours. */
  readonly name: string
  /** Undefined ones are left out. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  /** Undefined ones are left out. */
  readonly children?: readonly (XmlNode | undefined)[] | undefined
  readonly text?: string | undefined
}

/** The whole document, indented, with its XML declaration. Throws INTERNAL for names and characters that XML does not have. */
export function buildDocument(root: XmlNode): string {
  const { XMLBuilder } = loadFastXml()
  const builder = new XMLBuilder({
    preserveOrder: true,
    format: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
    // Everything is escaped below: the builder's own way loses line ends in attributes.
    processEntities: false,
  })
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build([ordered(root)])}\n`
}

/** What the builder takes in its ordered form. */
type Ordered = Readonly<Record<string, unknown>>

function ordered({ name, attributes = {}, children = [], text }: XmlNode): Ordered {
  if (!isQualifiedName(name)) throw unwritable('XML', 'an element’s name is not a name in XML')
  if (text !== undefined && children.length > 0) throw unwritable('XML', `${name} holds both a text and elements`)
  const given: Record<string, string> = {}
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue
    if (!isQualifiedName(key)) throw unwritable('XML', `an attribute of ${name} has no name in XML`)
    given[key] = escapeAttribute(String(value))
  }
  const content = text === undefined ? children.filter(child => child !== undefined).map(ordered) : [{ '#text': escapeText(text) }]
  return { [name]: content, ':@': given }
}
