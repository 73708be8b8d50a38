import type { Bound } from '../../core/component.ts'
import type { SoapChannel } from '../../core/config.gen.ts'
import type { Json } from '../../core/message.ts'
import { buildDocument, type XmlNode } from '../../formats/xml-document.ts'
import { buildXsd, type GlobalElement, isXmlText } from './xsd.ts'

/** The action of an operation, as the WSDL says it: `urn:shop:place-order`, `http://shop.example/orders/place-order`. */
export const actionOf = (namespace: string, operation: string): string =>
  `${namespace}${/[/#:]$/.test(namespace) ? '' : namespace.startsWith('urn:') ? ':' : '/'}${operation}`

/** WSDL 1.1 of all operations of one path, with a port for SOAP 1.1 and one for 1.2. The result takes the address of the service; the last document is kept. */
export function describeService(bound: readonly Bound<SoapChannel>[]): (location: string) => Uint8Array {
  const [first] = bound
  const namespace = first?.config.namespace ?? ''
  const name = nameOf(first?.config.path ?? '')
  let last: { readonly location: string; readonly bytes: Uint8Array } | undefined
  return location => {
    if (last?.location !== location) {
      const operations = open(bound)
      const xsd = buildXsd(namespace, elementsOf(operations))
      const bytes = Buffer.from(buildDocument(definitions({ name, namespace, operations, xsd, location })))
      last = { location, bytes }
    }
    return last.bytes
  }
}

interface Operation {
  readonly name: string
  readonly contract: Bound<SoapChannel>['contract']
  /** The codes that it can fail with, and whose elements are declared. */
  readonly faults: readonly string[]
}

interface Service {
  readonly name: string
  readonly namespace: string
  readonly operations: readonly Operation[]
  readonly xsd: XmlNode
  readonly location: string
}

/** A code that is called as a message is cannot be declared beside it: then its fault goes undeclared. */
function open(bound: readonly Bound<SoapChannel>[]): readonly Operation[] {
  const taken = new Set(bound.flatMap(({ config: { operation } }) => [operation, `${operation}Response`]))
  return bound.map(({ config, contract }) => ({
    name: config.operation,
    contract,
    faults: [...new Set(contract.failures)].filter(code => !taken.has(code) && !taken.has(faultMessage(code))),
  }))
}

function elementsOf(operations: readonly Operation[]): readonly GlobalElement[] {
  const messages = operations.flatMap(({ name, contract }): readonly GlobalElement[] => {
    const named = contract.schemas ?? new Map()
    return [
      { name, schema: contract.input, named },
      { name: `${name}Response`, schema: contract.output, named, wrapped: true },
    ]
  })
  const faults = codesOf(operations).map(code => ({ name: code, schema: faultSchema, named: new Map<string, Json>() }))
  return [...messages, ...faults]
}

const codesOf = (operations: readonly Operation[]): readonly string[] => [...new Set(operations.flatMap(({ faults }) => faults))]

/** What `renderFault` writes. */
const faultSchema: Json = {
  $ref: '#/$defs/FaultDetail',
  $defs: {
    FaultDetail: {
      type: 'object',
      required: ['message', 'id'],
      properties: {
        message: { type: 'string' },
        id: { type: 'string', description: 'Correlation id.' },
        violations: {
          type: 'array',
          items: {
            type: 'object',
            required: ['pointer', 'text'],
            properties: { pointer: { type: 'string', description: 'JSON Pointer into the request.' }, text: { type: 'string' } },
          },
        },
        violationCount: { type: 'integer', description: 'All that were found, of which `violations` lists the first.' },
        details: {},
      },
    },
  },
}

function definitions(service: Service): XmlNode {
  const { name, namespace, operations, xsd, location } = service
  const ports = versions.map(version => ({ ...version, port: `${name}${version.suffix}` }))
  return {
    name: 'wsdl:definitions',
    attributes: {
      name,
      targetNamespace: namespace,
      'xmlns:tns': namespace,
      'xmlns:wsdl': 'http://schemas.xmlsoap.org/wsdl/',
      'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:soap': 'http://schemas.xmlsoap.org/wsdl/soap/',
      'xmlns:soap12': 'http://schemas.xmlsoap.org/wsdl/soap12/',
    },
    children: [
      { name: 'wsdl:types', children: [xsd] },
      ...operations.flatMap(operation => [message(operation.name, operation.name), message(responseOf(operation), responseOf(operation))]),
      ...codesOf(operations).map(code => message(faultMessage(code), code)),
      { name: 'wsdl:portType', attributes: { name: `${name}PortType` }, children: operations.map(abstractOperation) },
      ...ports.map(({ prefix, port }) => binding(prefix, port, service)),
      {
        name: 'wsdl:service',
        attributes: { name },
        children: ports.map(({ prefix, port }) => ({
          name: 'wsdl:port',
          attributes: { name: port, binding: `tns:${port}Binding` },
          children: [{ name: `${prefix}:address`, attributes: { location } }],
        })),
      },
    ],
  }
}

const versions = [
  { prefix: 'soap', suffix: 'Soap11' },
  { prefix: 'soap12', suffix: 'Soap12' },
] as const

const responseOf = ({ name }: Operation): string => `${name}Response`
const faultMessage = (code: string): string => `${code}Fault`

const message = (name: string, element: string): XmlNode => ({
  name: 'wsdl:message',
  attributes: { name },
  children: [{ name: 'wsdl:part', attributes: { name: 'parameters', element: `tns:${element}` } }],
})

function abstractOperation(operation: Operation): XmlNode {
  const { name, contract, faults } = operation
  return {
    name: 'wsdl:operation',
    attributes: { name },
    children: [
      contract.summary !== undefined && isXmlText(contract.summary) ? { name: 'wsdl:documentation', text: contract.summary } : undefined,
      { name: 'wsdl:input', attributes: { message: `tns:${name}` } },
      { name: 'wsdl:output', attributes: { message: `tns:${responseOf(operation)}` } },
      ...faults.map(code => ({ name: 'wsdl:fault', attributes: { name: code, message: `tns:${faultMessage(code)}` } })),
    ],
  }
}

function binding(prefix: 'soap' | 'soap12', port: string, { name, namespace, operations }: Service): XmlNode {
  const body: readonly XmlNode[] = [{ name: `${prefix}:body`, attributes: { use: 'literal' } }]
  return {
    name: 'wsdl:binding',
    attributes: { name: `${port}Binding`, type: `tns:${name}PortType` },
    children: [
      { name: `${prefix}:binding`, attributes: { style: 'document', transport: 'http://schemas.xmlsoap.org/soap/http' } },
      ...operations.map(operation => ({
        name: 'wsdl:operation',
        attributes: { name: operation.name },
        children: [
          { name: `${prefix}:operation`, attributes: { soapAction: actionOf(namespace, operation.name), style: 'document' } },
          { name: 'wsdl:input', children: body },
          { name: 'wsdl:output', children: body },
          ...operation.faults.map(code => ({
            name: 'wsdl:fault',
            attributes: { name: code },
            children: [{ name: `${prefix}:fault`, attributes: { name: code, use: 'literal' } }],
          })),
        ],
      })),
    ],
  }
}

/** `GetRateService` of `/client3/get-rate`: tools make a class of it, which must not be called as an operation is. */
function nameOf(path: string): string {
  const words = path.slice(path.lastIndexOf('/') + 1).match(/[A-Za-z0-9]+/g) ?? []
  const name = words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return `${name.replace(/^[0-9]+/, '')}Service`
}
