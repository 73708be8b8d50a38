import type { Body, Json } from '../core/message.ts'
import { maxDepth } from './limits.ts'
import { unwritable } from './unwritable.ts'
import { escapeAttribute, escapeText, isQualifiedName } from './xml-escape.ts'
import { xsiNamespace } from './xml-names.ts'

/** Writes values as XML: what the reader reads, the other way round. Keeps the names it has checked. */
export interface XmlWriter {
  /**
   * One element, without an XML declaration. `@name` is an attribute, `#text` text, a list repeated elements (the element itself cannot be
   * repeated: a list there, or in a list, becomes `item` elements), null `xsi:nil`; undefined is left out. `defaultNamespace` is declared on it.
   * Throws INTERNAL for names, characters and values that XML cannot say.
   */
  element(name: string, value: Body, defaultNamespace?: string): string
}

/** `namespaces`: prefixes that names may use; those used are declared on the outermost element. */
export function createXmlWriter(namespaces: Readonly<Record<string, string>> = {}): XmlWriter {
  const declared = new Map(Object.entries(namespaces))
  const nilPrefix = Object.entries(namespaces).find(([, uri]) => uri === xsiNamespace)?.[0] ?? (declared.has('xsi') ? 'nil' : 'xsi')
  declared.set(nilPrefix, xsiNamespace)
  const names = new Map<string, Name>()

  const nameOf = (key: string): Name => {
    const known = names.get(key)
    if (known !== undefined) return known
    const name = checkName(key, declared)
    // Keys may come from messages: the memory for them has a bound.
    if (names.size >= 2000) names.clear()
    names.set(key, name)
    return name
  }

  const write = (key: string, value: Json | undefined, run: Run, depth: number): string => {
    const name = nameOf(key)
    if (name.prefix !== undefined) run.prefixes.add(name.prefix)
    if (typeof value === 'string') return value === '' ? `${name.open}/>` : `${name.open}>${escapeText(value)}${name.close}`
    if (typeof value === 'number' || typeof value === 'boolean') return `${name.open}>${scalar(value)}${name.close}`
    if (value === null) {
      run.prefixes.add(nilPrefix)
      return `${name.open} ${nilPrefix}:nil="true"/>`
    }
    if (value === undefined) return `${name.open}/>`
    if (depth >= maxDepth) throw unwritable('XML', `the value is nested deeper than ${maxDepth} levels, or in itself`)
    if (Array.isArray(value)) return wrap(name, '', repeat('item', value, run, depth + 1))
    return object(name, value, run, depth)
  }

  const object = (name: Name, value: object, run: Run, depth: number): string => {
    if (!isPlain(value)) throw unwritable('XML', 'a value is neither an object, a list nor a text')
    let attributes = ''
    let content = ''
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue
      if (key.charCodeAt(0) === 0x40) attributes += attribute(nameOf(key), item, run)
      else if (key === '#text') content += item === null ? '' : escapeText(scalar(item))
      else if (Array.isArray(item)) content += repeat(key, item, run, depth + 1)
      else content += write(key, item, run, depth + 1)
    }
    return wrap(name, attributes, content)
  }

  const repeat = (key: string, items: readonly Json[], run: Run, depth: number): string => {
    let content = ''
    for (const item of items) if (item !== undefined) content += write(key, item, run, depth)
    return content
  }

  return {
    element: (key, value, defaultNamespace) => {
      const run: Run = { prefixes: new Set() }
      // Bytes and files are refused as any other object that is not plain.
      const written = write(key, value as Json, run, 0)
      let declarations = defaultNamespace === undefined ? '' : ` xmlns="${escapeAttribute(defaultNamespace)}"`
      for (const prefix of run.prefixes) declarations += ` xmlns:${prefix}="${escapeAttribute(declared.get(prefix) ?? '')}"`
      const { open } = nameOf(key)
      return declarations === '' ? written : open + declarations + written.slice(open.length)
    },
  }
}

interface Name {
  readonly open: string
  readonly close: string
  readonly prefix: string | undefined
}

/** Prefixes that one document uses, and must declare. */
interface Run {
  readonly prefixes: Set<string>
}

function checkName(key: string, declared: ReadonlyMap<string, string>): Name {
  const attribute = key.startsWith('@')
  const name = attribute ? key.slice(1) : key
  if (!isQualifiedName(name) || name === 'xmlns') throw unwritable('XML', 'a name of the value is not a name in XML')
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : undefined
  const builtIn = prefix === 'xml' && attribute
  if (prefix !== undefined && !builtIn && !declared.has(prefix))
    throw unwritable('XML', 'a name of the value has a prefix that `namespaces` does not declare')
  return { open: attribute ? ` ${name}="` : `<${name}`, close: attribute ? '"' : `</${name}>`, prefix: builtIn ? undefined : prefix }
}

function attribute(name: Name, value: Json, run: Run): string {
  if (value === null) return ''
  if (name.prefix !== undefined) run.prefixes.add(name.prefix)
  return name.open + escapeAttribute(scalar(value)) + name.close
}

const wrap = (name: Name, attributes: string, content: string): string =>
  content === '' ? `${name.open}${attributes}/>` : `${name.open}${attributes}>${content}${name.close}`

function scalar(value: Json): string {
  if (typeof value === 'object') throw unwritable('XML', 'an attribute or `#text` is an object or a list')
  if (typeof value === 'number' && !Number.isFinite(value)) throw unwritable('XML', 'a number is not finite')
  return String(value)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
