import type { ConfigFault } from '../../core/component.ts'
import { defineServed } from '../../core/component.ts'
import type { SoapChannel } from '../../core/config.gen.ts'
import { namespaces, versionOf } from './envelope.ts'
import { renderFault } from './fault.ts'
import { openService } from './service.ts'

/** SOAP 1.1 and 1.2, document/literal: one channel is one operation; all that share a path are one service with one WSDL, at `?wsdl`. */
export default defineServed<SoapChannel>({
  speaks: 'values',
  route: ({ listener, path }) => ({ listener, methods: ['GET', 'POST'], path }),
  check: ({ path, namespace }) => [...checkPath(path), ...checkNamespace(namespace)],
  checkTogether,
  serve: openService,
  keyed: {
    keyOf: ({ source }) => (typeof source.messageId === 'string' ? source.messageId : undefined),
    named: 'the WS-Addressing header MessageID',
  },
  // Here no envelope was read: the content type tells the version, and the status is HTTP's.
  fault: (refusal, { headers }, { namespace }) =>
    renderFault(refusal, { version: versionOf(headers['content-type']), namespace, status: refusal.status }),
})

function checkPath(path: string): readonly ConfigFault[] {
  const inner = path.slice(1).split('/').slice(0, -1)
  if (path.includes('%') || path.includes('\\'))
    return [{ pointer: '/path', message: 'the path of a SOAP service has no escapes', hint: 'letters, digits, - . _ and /' }]
  if (inner.includes('') || path.split('/').some(part => part === '.' || part === '..'))
    return [{ pointer: '/path', message: 'no request arrives at a path with an empty, . or .. segment', hint: '/soap/orders' }]
  return []
}

function checkNamespace(namespace: string): readonly ConfigFault[] {
  const fault = (message: string): readonly ConfigFault[] => [{ pointer: '/namespace', message, hint: 'urn:example:orders' }]
  if (/[\s<>"{}|\\^`\p{Cc}]/u.test(namespace)) return fault('a namespace is a URI, without blanks or markup')
  if (reserved.has(namespace)) return fault('this namespace belongs to SOAP, WSDL or XML itself')
  return []
}

const reserved: ReadonlySet<string> = new Set([
  ...Object.values(namespaces),
  'http://schemas.xmlsoap.org/wsdl/',
  'http://www.w3.org/2001/XMLSchema',
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://www.w3.org/2000/xmlns/',
  'http://www.w3.org/XML/1998/namespace',
])

/** One path is one service: one namespace, and every element in it declared once. */
function checkTogether(configs: readonly SoapChannel[]): readonly (ConfigFault & { readonly at: number })[] {
  const faults: (ConfigFault & { readonly at: number })[] = []
  const namespace = configs[0]?.namespace
  const names = new Set<string>()
  for (const [at, config] of configs.entries()) {
    if (config.namespace !== namespace)
      faults.push({
        at,
        pointer: '/namespace',
        message: `the service at ${config.path} has another namespace in another channel`,
        hint: `${namespace}, or another path`,
      })
    const { operation } = config
    const message = names.has(operation) ? 'another channel on this path has or answers with this operation' : undefined
    const response = `${operation}Response`
    if (message !== undefined || names.has(response))
      faults.push({
        at,
        pointer: '/operation',
        message: message ?? `${response}, the reply of this operation, is another operation on this path`,
        hint: 'another name, or another path',
      })
    names.add(operation).add(response)
  }
  return faults
}
