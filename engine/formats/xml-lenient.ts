import { loadFastXml } from './fast-xml.ts'
import { maxDepth, maxNodes } from './limits.ts'
import { malformed } from './malformed.ts'
import { xmlnsNamespace } from './xml-names.ts'
import type { XmlAttribute, XmlElement } from './xml-reader.ts'

/**
 * Reads broken XML as far as it can be read: unclosed elements, unknown entities, prefixes that are bound to nothing, text around the
 * document element. Throws MALFORMED for any DOCTYPE, for a text without an element, and beyond the limits of `parseXml`.
 */
export function parseLenient(text: string): XmlElement {
  if (hasDoctype(text)) throw malformed('XML', 'any DOCTYPE is refused')
  const root = parse(text).find(isElement)
  if (root === undefined) throw malformed('XML', 'no document element')
  return build(root, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]), { left: maxNodes })
}

/** One key of the element's name holding its content, `:@` with its attributes beside it. */
type Node = Readonly<Record<string, unknown>>

function parse(text: string): readonly Node[] {
  const { XMLParser } = loadFastXml()
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    // Numeric references are decoded only with it.
    htmlEntities: true,
    // It does not count the outermost.
    maxNestedTags: maxDepth - 1,
    onDangerousProperty: name => name,
  })
  try {
    return parser.parse(text)
  } catch {
    throw malformed('XML', `not even leniently readable, or nested deeper than ${maxDepth} levels`)
  }
}

function build(node: Node, outer: ReadonlyMap<string, string>, budget: { left: number }): XmlElement {
  const given = Object.entries(isNode(node[':@']) ? node[':@'] : {}).map(([name, value]) => [name, String(value)] as const)
  budget.left -= 1 + given.length
  if (budget.left < 0) throw malformed('XML', `more than ${maxNodes} elements and attributes`)
  const scope = given.some(([name]) => name.startsWith('xmlns')) ? declare(given, outer) : outer
  const tag = Object.keys(node).find(key => key !== ':@') ?? ''
  const content = contentOf(node, tag)
  return {
    ...resolve(tag, scope, scope.get('') ?? ''),
    attributes: given.map(([name, value]): XmlAttribute => ({ ...resolve(name, scope, name === 'xmlns' ? xmlnsNamespace : ''), value })),
    children: content.filter(isElement).map(child => build(child, scope, budget)),
    text: content.map(child => (typeof child['#text'] === 'string' ? child['#text'] : '')).join(''),
  }
}

function declare(given: readonly (readonly [string, string])[], outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const scope = new Map(outer)
  for (const [name, value] of given) {
    if (name === 'xmlns') scope.set('', value)
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value)
  }
  return scope
}

/** A prefix that is bound to nothing counts as none. */
function resolve(
  qualified: string,
  scope: ReadonlyMap<string, string>,
  unprefixed: string,
): { readonly name: string; readonly prefix: string; readonly uri: string } {
  const colon = qualified.indexOf(':')
  if (colon === -1) return { name: qualified, prefix: '', uri: unprefixed }
  const prefix = qualified.slice(0, colon)
  return { name: qualified.slice(colon + 1), prefix, uri: prefix === 'xmlns' ? xmlnsNamespace : (scope.get(prefix) ?? '') }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null
const isElement = (node: Node): boolean =>
  !Object.hasOwn(node, '#text') && Object.keys(node).some(key => key !== ':@' && !key.startsWith('?'))

function contentOf(node: Node, tag: string): readonly Node[] {
  const content = node[tag]
  return Array.isArray(content) ? content.filter(isNode) : []
}

/** Outside comments and CDATA sections, which may well speak of one. */
function hasDoctype(text: string): boolean {
  for (let at = text.indexOf('<!'); at !== -1; at = text.indexOf('<!', at + 2)) {
    const end = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : undefined
    if (end === undefined && /^<!doctype/i.test(text.slice(at, at + 9))) return true
    if (end !== undefined) at = text.indexOf(end, at)
    if (at === -1) return false
  }
  return false
}
