import type { Json } from '../core/message.ts'
import { setOwn } from './own-property.ts'
import { xmlnsNamespace, xsiNamespace } from './xml-names.ts'
import type { XmlAttribute, XmlElement } from './xml-reader.ts'

/** What of a document is kept, and how it is called. */
export interface XmlMappingOptions {
  /** Attributes to keep, as `@name`; default none. */
  readonly attributes?: readonly string[]
  /** The architect's own prefix to namespace: names of that namespace are `prefix:name`; default none. */
  readonly namespaces?: Readonly<Record<string, string>>
  /** Elements that are always a list; default none. */
  readonly lists?: readonly string[]
}

export interface XmlMapping {
  /** Local name, or `prefix:name` where the namespace is one of `namespaces`. */
  nameOf(element: XmlElement): string
  /**
   * The value of a document element, or of a SOAP operation's: children by name, repeated ones a list; text alone a text, kept as it is; beside
   * attributes or elements it is `#text`, beside elements only where it is more than white space; `xsi:nil` is null. An element without
   * anything in it is `''`; the outermost one is `{}`, also where it is blank.
   */
  toValue(element: XmlElement): Json
}

export function createXmlMapping({ attributes = [], namespaces = {}, lists = [] }: XmlMappingOptions = {}): XmlMapping {
  const kept = new Set(attributes)
  const listed = new Set(lists)
  const prefixes = new Map(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix]))
  const nameOf = ({ name, uri }: XmlElement | XmlAttribute): string => {
    const prefix = prefixes.size === 0 ? undefined : prefixes.get(uri)
    return prefix === undefined ? name : `${prefix}:${name}`
  }
  const convert = (element: XmlElement): Json => {
    const { children, text } = element
    if (element.attributes.length > 0 && isNil(element)) return null
    const value = element.attributes.length > 0 && kept.size > 0 ? attributesOf(element.attributes) : undefined
    if (children.length === 0) return value === undefined ? text : withText(value, text)
    const object = value ?? {}
    for (const child of children) add(object, nameOf(child), convert(child))
    return text.trim() === '' ? object : withText(object, text)
  }
  const attributesOf = (all: readonly XmlAttribute[]): Record<string, Json> | undefined => {
    let object: Record<string, Json> | undefined
    for (const attribute of all) {
      const name = nameOf(attribute)
      if (!kept.has(name) || attribute.uri === xmlnsNamespace || attribute.uri === xsiNamespace) continue
      object ??= {}
      // An attribute of no namespace wins over one of the same local name in some namespace.
      if (attribute.prefix === '' || !Object.hasOwn(object, `@${name}`)) object[`@${name}`] = attribute.value
    }
    return object
  }
  const add = (object: Record<string, Json>, name: string, value: Json): void => {
    const known = Object.hasOwn(object, name) ? object[name] : undefined
    if (known === undefined) setOwn(object, name, listed.has(name) ? [value] : value)
    // A value of an element is never a list itself, so that a list here is one of repeated elements, made below.
    else if (Array.isArray(known)) known.push(value)
    else setOwn(object, name, [known, value])
  }
  return {
    nameOf,
    toValue: element => {
      const value = convert(element)
      return typeof value === 'string' && value.trim() === '' ? {} : value
    },
  }
}

function withText(object: Record<string, Json>, text: string): Json {
  if (text !== '') object['#text'] = text
  return object
}

const isNil = ({ attributes }: XmlElement): boolean =>
  attributes.some(({ name, uri, value }) => name === 'nil' && uri === xsiNamespace && (value.trim() === 'true' || value.trim() === '1'))
