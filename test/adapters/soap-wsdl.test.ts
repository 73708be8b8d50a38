import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeService } from '../../engine/adapters/soap/wsdl.ts'
import { buildXsd } from '../../engine/adapters/soap/xsd.ts'
import type { Json } from '../../engine/core/message.ts'
import { buildDocument } from '../../engine/formats/xml-document.ts'
import { parseXml, type XmlElement } from '../../engine/formats/xml-reader.ts'
import { bind, getRates, namespace, placeOrder } from './soap-service.ts'

const text = '<element name="a" type="xsd:string" minOccurs="0"/>'
const line = { type: 'object', properties: { parts: { type: 'array', items: { $ref: '#' } } } }

const properties: readonly { readonly name: string; readonly schema: Json; readonly want: string }[] = [
  { name: 'a text', schema: { type: 'string', pattern: '^x' }, want: text },
  { name: 'an integer', schema: { type: 'integer' }, want: text.replace('string', 'long') },
  { name: 'an integer within bounds', schema: { type: 'integer', minimum: 1, maximum: 12 }, want: text.replace('string', 'int') },
  { name: 'a number', schema: { type: 'number' }, want: text.replace('string', 'double') },
  { name: 'a boolean', schema: { type: 'boolean' }, want: text.replace('string', 'boolean') },
  { name: 'a constant', schema: { const: true }, want: text.replace('string', 'boolean') },
  { name: 'what may be null', schema: { type: ['string', 'null'] }, want: text.replace('/>', ' nillable="true"/>') },
  { name: 'one of several scalars', schema: { type: ['string', 'integer'] }, want: text },
  { name: 'anything', schema: true, want: text.replace('string', 'anyType') },
  { name: 'a choice', schema: { oneOf: [{ type: 'string' }, { type: 'object' }] }, want: text.replace('string', 'anyType') },
  { name: 'a reference to nothing', schema: { $ref: '#/$defs/none' }, want: text.replace('string', 'anyType') },
  { name: 'a reference to itself', schema: { $ref: '#/$defs/loop' }, want: text.replace('string', 'anyType') },
  { name: 'a list', schema: { type: 'array', items: { type: 'string' } }, want: text.replace('/>', ' maxOccurs="unbounded"/>') },
  {
    name: 'a list of lists',
    schema: { type: 'array', items: { type: 'array', items: { type: 'string' } } },
    want: `<element name="a" minOccurs="0" maxOccurs="unbounded"><complexType><sequence><element name="item" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/></sequence></complexType></element>`,
  },
  {
    name: 'one of some texts',
    schema: { enum: ['<', 'b'] },
    want: '<element name="a" minOccurs="0"><simpleType><restriction base="xsd:string"><enumeration value="&lt;"/><enumeration value="b"/></restriction></simpleType></element>',
  },
  {
    name: 'an object, in the order of its properties',
    schema: { type: 'object', required: ['x'], properties: { y: { type: 'string' }, x: { type: 'string' }, 'not a name': true } },
    want: `<element name="a" minOccurs="0"><complexType><sequence>${text.replace('"a"', '"y"')}<element name="x" type="xsd:string"/></sequence></complexType></element>`,
  },
  {
    name: 'an object of parts',
    schema: { type: 'object', allOf: [{ properties: { x: { type: 'string' } } }], required: ['x'] },
    want: '<element name="a" minOccurs="0"><complexType><sequence><element name="x" type="xsd:string"/></sequence></complexType></element>',
  },
  {
    name: 'an object with attributes',
    schema: { type: 'object', required: ['@x'], properties: { '@x': { type: 'integer' }, y: { type: 'string' } } },
    want: `<element name="a" minOccurs="0"><complexType><sequence>${text.replace('"a"', '"y"')}</sequence><attribute name="x" type="xsd:long" use="required"/></complexType></element>`,
  },
  {
    name: 'a text with attributes',
    schema: { type: 'object', properties: { '@x': { type: 'string' }, '#text': { type: 'number' } } },
    want: '<element name="a" minOccurs="0"><complexType><simpleContent><extension base="xsd:double"><attribute name="x" type="xsd:string"/></extension></simpleContent></complexType></element>',
  },
  {
    name: 'any object',
    schema: { type: 'object' },
    want: '<element name="a" minOccurs="0"><complexType><sequence><any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></sequence></complexType></element>',
  },
  {
    name: 'what is described',
    schema: { type: 'string', description: 'a & b' },
    want: '<element name="a" type="xsd:string" minOccurs="0"><annotation><documentation>a &amp; b</documentation></annotation></element>',
  },
  { name: 'a named schema', schema: { $ref: 'sluice:/schemas/order-line' }, want: text.replace('xsd:string', 'tns:OrderLine') },
]

for (const { name, schema, want } of properties)
  test(`xsd: ${name} is ${want}`, () => {
    const root: Json = { properties: { a: schema }, $defs: { loop: { $ref: '#/$defs/loop' } } }
    assert.ok(xsdOf(root).includes(`<sequence>${want}</sequence>`), xsdOf(root))
  })

test('xsd: a schema that holds itself is one type', () => {
  const xsd = xsdOf({ properties: { a: { $ref: 'sluice:/schemas/order-line' }, b: { $ref: 'sluice:/schemas/order-line' } } })
  const parts = '<element name="parts" type="tns:OrderLine" minOccurs="0" maxOccurs="unbounded"/>'
  assert.equal(xsd.split(`<complexType name="OrderLine"><sequence>${parts}</sequence></complexType>`).length, 2, xsd)
})

const outputs: readonly { readonly name: string; readonly schema: Json | undefined; readonly want: string }[] = [
  { name: 'nothing known', schema: undefined, want: '<any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>' },
  { name: 'a text', schema: { type: 'string' }, want: '<element name="return" type="xsd:string"/>' },
  {
    name: 'a list',
    schema: { type: 'array', items: { type: 'integer' } },
    want: '<element name="return" type="xsd:long" minOccurs="0" maxOccurs="unbounded"/>',
  },
  { name: 'an object', schema: { properties: { x: { type: 'string' } } }, want: text.replace('"a"', '"x"') },
]

for (const { name, schema, want } of outputs)
  test(`xsd: a reply of ${name} holds ${want}`, () => {
    const xsd = buildXsd(namespace, [{ name: 'r', schema, named: new Map(), wrapped: true }])
    assert.ok(flat(xsd).includes(`<element name="r"><complexType><sequence>${want}</sequence></complexType></element>`), flat(xsd))
  })

test('wsdl: all that it refers to is in it, and nothing is declared twice', () => {
  const wsdl = parseXml(Buffer.from(describeService([bind(getRates), bind(placeOrder)])('http://127.0.0.1/')).toString())
  const declared = new Map<string, number>()
  const used: string[] = []
  const visit = (element: XmlElement, parent: string): void => {
    for (const { name, value } of element.attributes) {
      if (name === 'name' && globals.has(`${parent}/${element.name}`))
        declared.set(`${element.name} ${value}`, (declared.get(`${element.name} ${value}`) ?? 0) + 1)
      const kind = references[`${element.name}@${name}`]
      if (kind !== undefined && value.startsWith('tns:')) used.push(`${kind} ${value.slice(4)}`)
    }
    for (const child of element.children) visit(child, element.name)
  }
  visit(wsdl, '')
  assert.deepEqual(
    used.filter(name => !declared.has(name)),
    [],
  )
  assert.deepEqual(
    [...declared].filter(([, times]) => times > 1),
    [],
  )
  assert.ok(used.includes('element no-stock') && used.includes('binding RatesServiceSoap12Binding'), used.join())
})

test('wsdl: a summary that XML cannot say is left out', () => {
  const odd = { ...getRates, contract: { summary: 'a\u0001b', input: { type: 'string', description: '\u0002' } } }
  assert.doesNotMatch(Buffer.from(describeService([bind(odd)])('http://127.0.0.1/')).toString(), /documentation/)
})

test('wsdl: a code that is called as a message is not declared', () => {
  const clash = { ...getRates, contract: { failures: ['get-rates', 'get-ratesResponse', 'gone'] } }
  const wsdl = Buffer.from(describeService([bind(clash)])('http://127.0.0.1/')).toString()
  assert.deepEqual(wsdl.match(/<wsdl:fault name="[^"]+" message/g), ['<wsdl:fault name="gone" message'])
})

const globals = new Set(['schema/element', 'schema/complexType', 'definitions/message', 'definitions/portType', 'definitions/binding'])
const references: Readonly<Record<string, string>> = {
  'part@element': 'element',
  'element@type': 'complexType',
  'input@message': 'message',
  'output@message': 'message',
  'fault@message': 'message',
  'binding@type': 'portType',
  'port@binding': 'binding',
}

function xsdOf(schema: Json): string {
  const named = new Map<string, Json>([['order-line', line]])
  return flat(buildXsd(namespace, [{ name: 'm', schema, named }]))
}

const flat = (xsd: Parameters<typeof buildDocument>[0]): string =>
  buildDocument(xsd)
    .replaceAll('xsd:schema', 'schema')
    .replace(/(<\/?)xsd:/g, '$1')
    .replace(/>\s+</g, '><')
