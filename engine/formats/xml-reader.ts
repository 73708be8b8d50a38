import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { maxAttributes, maxDepth, maxNodes } from './limits.ts'
import { malformed } from './malformed.ts'

/** An element as it was read. Attributes hold the namespace declarations too; comments and processing instructions are gone. */
export interface XmlElement {
  /** Local name. */
  readonly name: string
  /** As the sender wrote it; empty where there is none. */
  readonly prefix: string
  /** Namespace, empty where there is none. */
  readonly uri: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlElement[]
  /** All character data directly inside, in order, CDATA too, white space included. */
  readonly text: string
}

export interface XmlAttribute {
  /** Local name. */
  readonly name: string
  readonly prefix: string
  readonly uri: string
  readonly value: string
}

/**
 * Reads a document (XML 1.0 with namespaces) strictly. Throws MALFORMED, with line and column, for what is not well-formed, any DOCTYPE,
 * more than 64 levels, 64 attributes of an element, or 100,000 elements and attributes.
 */
export function parseXml(text: string): XmlElement {
  try {
    return read(text, new SaxesParser({ xmlns: true, position: false }))
  } catch (error) {
    throw malformed('XML', faultOf(error), placeOf(text))
  }
}

/** The encoding that a document declares, or shows by its first two characters; for `decodeText`. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le'
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be'
  if (bytes[1] !== 0x3f) return undefined
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 200)).toString('latin1')
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)/.exec(head)?.[1]?.toLowerCase()
}

type Parser = SaxesParser<{ xmlns: true; position: boolean }>
interface Growing extends XmlElement {
  readonly children: Growing[]
  text: string
}

function read(text: string, parser: Parser): XmlElement {
  const stack: Growing[] = []
  let top: Growing | undefined
  let root: Growing | undefined
  let nodes = 0
  let attributes = 0
  parser.on('doctype', () => {
    throw new Error('any DOCTYPE is refused')
  })
  parser.on('attribute', () => {
    if (++attributes > maxAttributes) throw new Error(`more than ${maxAttributes} attributes`)
  })
  parser.on('opentag', tag => {
    nodes += 1 + attributes
    if (nodes > maxNodes) throw new Error(`more than ${maxNodes} elements and attributes`)
    const element = begin(tag, attributes)
    attributes = 0
    if (top === undefined) root = element
    else top.children.push(element)
    if (stack.push(element) > maxDepth) throw new Error(`nested deeper than ${maxDepth} levels`)
    top = element
  })
  parser.on('closetag', () => {
    stack.pop()
    top = stack[stack.length - 1]
  })
  const append = (data: string): void => {
    if (top !== undefined) top.text += data
  }
  parser.on('text', append)
  parser.on('cdata', append)
  parser.write(text).close()
  if (root === undefined) throw new Error('no document element')
  return root
}

function begin(tag: SaxesTagNS, attributes: number): Growing {
  return {
    name: tag.local,
    prefix: tag.prefix,
    uri: tag.uri,
    attributes: attributes === 0 ? none : Object.values(tag.attributes).map(attributeOf),
    children: [],
    text: '',
  }
}

const none: readonly XmlAttribute[] = []
const attributeOf = ({ local, prefix, uri, value }: SaxesAttributeNS): XmlAttribute => ({ name: local, prefix, uri, value })

/** Its message up to what it quotes of the document. */
const faultOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split(':', 1)[0] ?? '').replace(/\.$/, '') : 'not well-formed'

/** Reads again, counting lines: only who fails pays for it. */
function placeOf(text: string): { readonly line: number; readonly column: number } {
  const parser = new SaxesParser({ xmlns: true, position: true })
  try {
    read(text, parser)
  } catch {
    // Known from the first pass; only the place is asked for.
  }
  return { line: parser.line, column: parser.column }
}
