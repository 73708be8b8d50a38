import type { Json } from '../../core/message.ts'
import type { XmlNode } from '../../formats/xml-document.ts'
import { isQualifiedName } from '../../formats/xml-escape.ts'
import { allowsNull, type NamedSchemas, openSchema, propertiesOf, type Schema, typesOf } from './json-schema.ts'

/** A global element of the schema to write: the content of a message. */
export interface GlobalElement {
  readonly name: string
  /** JSON Schema of its value; undefined: anything. */
  readonly schema: Json | undefined
  readonly named: NamedSchemas
  /** A value that is no object stands in it as `return`, repeated for a list. */
  readonly wrapped?: boolean
}

/**
 * XML Schema of messages described by JSON Schema, for tools that make clients from it. It says less than they do: what it cannot say (choices,
 * conditions, patterns) is anything. Elements follow the order of the properties; who reads must not insist on it.
 */
export function buildXsd(namespace: string, elements: readonly GlobalElement[]): XmlNode {
  const types = new SharedTypes()
  const globals = elements.map(({ name, schema, named, wrapped = false }) => {
    const opened = openSchema(schema, schema ?? true, named)
    return element(name, {}, topmost(describe(opened, { named, types, depth: 0 }), wrapped && isNoObject(opened)))
  })
  return {
    name: 'xsd:schema',
    attributes: { targetNamespace: namespace, elementFormDefault: 'qualified' },
    children: [...globals, ...types.written()],
  }
}

/** The names of attributes in a schema, without their `@`: what a reader must keep. */
export function attributesIn(schema: Json | undefined, named: NamedSchemas = new Map()): readonly string[] {
  const names = new Set<string>()
  const seen = new Set<unknown>()
  const visit = (value: Json | undefined, root: Json): void => {
    const opened = openSchema(value, root, named)
    if (opened === undefined || seen.has(opened.keywords)) return
    seen.add(opened.keywords)
    for (const [name, property] of propertiesOf(opened, named)) {
      if (name.startsWith('@')) names.add(name.slice(1))
      visit(property.schema, property.root)
    }
    visit(opened.keywords['items'], opened.root)
  }
  visit(schema, schema ?? true)
  return [...names]
}

/** What is said about an element besides its name: a type by name or an anonymous one, and how often it may be there. */
interface Described {
  readonly type?: string | undefined
  readonly anonymous?: XmlNode | undefined
  readonly nillable?: boolean
  readonly repeated?: boolean
  readonly text?: string | undefined
}

interface Context {
  readonly named: NamedSchemas
  readonly types: SharedTypes
  readonly depth: number
}

/** Complex types with a name: those that a schema refers to, which may hold themselves. */
class SharedTypes {
  readonly #names = new Map<unknown, string>()
  readonly #taken = new Set<string>()
  readonly #nodes: XmlNode[] = []

  /** The name of a type, which `make` describes the first time. */
  name(schema: Schema, make: () => XmlNode): string {
    const known = this.#names.get(schema.keywords)
    if (known !== undefined) return known
    const words = (schema.reference ?? '').split(/[#/:]/).at(-1) ?? ''
    const plain = words.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_, letter: string) => letter.toUpperCase())
    const wanted = /^[A-Z]/.test(plain) ? plain : 'Type'
    const name = this.#taken.has(wanted) ? `${wanted}${this.#taken.size}` : wanted
    this.#taken.add(name)
    this.#names.set(schema.keywords, name)
    this.#nodes.push({ ...make(), attributes: { name } })
    return name
  }
  written(): readonly XmlNode[] {
    return this.#nodes
  }
}

const deepest = 24

const isNoObject = (schema: Schema | undefined): boolean => {
  const types = schema === undefined ? [] : typesOf(schema)
  return types.length > 0 && !types.includes('object')
}

/** The element of a message is there once: a list cannot be said of it. Anything in it is said by `any`: some tools want a complex type there. */
function topmost(described: Described, wrapped: boolean): Described {
  if (wrapped) return { anonymous: sequence([element('return', occurrence(true, described), described)]) }
  return described.repeated === true || described.type === 'xsd:anyType' ? { anonymous: sequence([anything]) } : described
}

function describe(schema: Schema | undefined, context: Context): Described {
  if (schema === undefined || context.depth > deepest) return { type: 'xsd:anyType' }
  const { description } = schema.keywords
  const text = typeof description === 'string' && isXmlText(description) ? description : undefined
  return { ...typed(schema, context), nillable: allowsNull(schema), text }
}

/** What XML can say: a documentation with other characters is left out. */
export const isXmlText = (text: string): boolean => /^[\t\n\x20-\ud7ff\ue000-\ufffd]*$/.test(text)

function typed(schema: Schema, context: Context): Described {
  const [type, ...others] = typesOf(schema)
  if (others.length > 0)
    return { type: [type, ...others].some(name => name === 'object' || name === 'array') ? 'xsd:anyType' : 'xsd:string' }
  if (type === 'object') return object(schema, context)
  if (type === 'array') return list(schema, context)
  return scalar(schema, type)
}

function object(schema: Schema, context: Context): Described {
  const make = (): XmlNode => complexType(schema, { ...context, depth: context.depth + 1 })
  return schema.reference !== undefined ? { type: `tns:${context.types.name(schema, make)}` } : { anonymous: make() }
}

/** Repeated elements; in a list, and where an element cannot be repeated, the writer says `item`. */
function list(schema: Schema, context: Context): Described {
  const inner = describe(openSchema(schema.keywords['items'], schema.root, context.named), { ...context, depth: context.depth + 1 })
  return inner.repeated === true ? { anonymous: sequence([element('item', many, inner)]), repeated: true } : { ...inner, repeated: true }
}

function scalar({ keywords }: Schema, type: string | undefined): Described {
  const { enum: allowed, minimum, maximum } = keywords
  if (type === 'string') {
    const values = Array.isArray(allowed) ? allowed.filter(value => typeof value === 'string') : []
    return values.length > 0 && values.every(isXmlText) ? { anonymous: enumeration(values) } : { type: 'xsd:string' }
  }
  if (type === 'boolean') return { type: 'xsd:boolean' }
  // Numbers of JSON are written as JSON does, 1e-7 too, which a decimal cannot be.
  if (type === 'number') return { type: 'xsd:double' }
  if (type !== 'integer') return { type: 'xsd:anyType' }
  const small = typeof minimum === 'number' && minimum >= -(2 ** 31) && typeof maximum === 'number' && maximum < 2 ** 31
  return { type: small ? 'xsd:int' : 'xsd:long' }
}

const enumeration = (values: readonly string[]): XmlNode => ({
  name: 'xsd:simpleType',
  children: [
    {
      name: 'xsd:restriction',
      attributes: { base: 'xsd:string' },
      children: values.map(value => ({ name: 'xsd:enumeration', attributes: { value } })),
    },
  ],
})

/** Properties whose names are none in XML cannot be sent, and are left out. */
function complexType(schema: Schema, context: Context): XmlNode {
  const properties = [...propertiesOf(schema, context.named)].map(([name, property]) => ({
    name,
    required: property.required,
    described: describe(openSchema(property.schema, property.root, context.named), context),
  }))
  if (properties.length === 0) return schema.keywords['additionalProperties'] === false ? sequence([]) : sequence([anything])
  const attributes = properties.filter(({ name }) => isName(name.slice(1)) && name.startsWith('@')).map(attribute)
  const text = properties.find(({ name }) => name === '#text')
  const children = properties.filter(({ name }) => isName(name))
  if (text !== undefined && children.length === 0) return simpleContent(text.described.type ?? 'xsd:string', attributes)
  const elements = children.map(({ name, required, described }) => element(name, occurrence(required, described), described))
  return sequence(elements, attributes)
}

type NamedProperty = { readonly name: string; readonly required: boolean; readonly described: Described }
type Occurrence = { readonly minOccurs?: number; readonly maxOccurs?: string }

const many: Occurrence = { minOccurs: 0, maxOccurs: 'unbounded' }
const isName = (name: string): boolean => isQualifiedName(name) && !name.includes(':')

/** A list may be empty, which XML says by no element at all, whether it is required or not. */
const occurrence = (required: boolean, { repeated }: Described): Occurrence => (repeated === true ? many : required ? {} : { minOccurs: 0 })

const attribute = ({ name, required, described: { type } }: NamedProperty): XmlNode => ({
  name: 'xsd:attribute',
  attributes: {
    name: name.slice(1),
    type: type === undefined || type === 'xsd:anyType' ? 'xsd:string' : type,
    use: required ? 'required' : undefined,
  },
})

const sequence = (elements: readonly XmlNode[], attributes: readonly XmlNode[] = []): XmlNode => ({
  name: 'xsd:complexType',
  children: [{ name: 'xsd:sequence', children: elements }, ...attributes],
})

const simpleContent = (base: string, attributes: readonly XmlNode[]): XmlNode => ({
  name: 'xsd:complexType',
  children: [{ name: 'xsd:simpleContent', children: [{ name: 'xsd:extension', attributes: { base }, children: attributes }] }],
})

const anything: XmlNode = { name: 'xsd:any', attributes: { minOccurs: 0, maxOccurs: 'unbounded', processContents: 'lax' } }

function element(name: string, occurs: Occurrence, { type, anonymous, nillable, text }: Described): XmlNode {
  const documentation: XmlNode | undefined =
    text === undefined ? undefined : { name: 'xsd:annotation', children: [{ name: 'xsd:documentation', text }] }
  return {
    name: 'xsd:element',
    attributes: { name, type, minOccurs: occurs.minOccurs, maxOccurs: occurs.maxOccurs, nillable: nillable === true ? true : undefined },
    children: [documentation, anonymous],
  }
}
