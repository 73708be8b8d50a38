import { type ConfigFault, defineConnector } from '../../core/component.ts'
import type { SoapConnector, SoapConnectorOperations } from '../../core/config.gen.ts'
import { HttpClient } from '../../kit/http-client.ts'
import { checkTls } from '../../kit/tls.ts'
import { readReply } from './answer.ts'
import { createRenderer } from './request.ts'

/** Calls of one SOAP service, document/literal. What a reply's header blocks say is not looked at. */
export default defineConnector<SoapConnector, SoapConnectorOperations>({
  check: ({ url, headers, tls }): readonly ConfigFault[] => [...checkUrl(url.reveal()), ...checkHeaders(headers), ...checkTls(tls, '/tls')],
  create: (config, host, identify) => {
    const client = new HttpClient(config, host, identify)
    const render = createRenderer(config)
    const { pathname, search } = new URL(config.url.reveal())
    const path = pathname + search
    return {
      client: undefined,
      start: async () => client.start(),
      stop: signal => client.close(signal),
      ping: signal => client.ping(path, signal),
      operations: {
        call: async (call, scope) => {
          const { headers, body } = render(call)
          const fixed = Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]))
          const request = { method: 'POST', path, headers: { ...fixed, ...headers }, body }
          return readReply(await client.send(request, scope), client.doing(request))
        },
      },
    }
  },
})

function checkUrl(url: string): readonly ConfigFault[] {
  const fault = (message: string, hint: string): readonly ConfigFault[] => [{ pointer: '/url', message, hint }]
  if (!URL.canParse(url)) return fault('the address cannot be read', 'write one such as https://api.example.com/orders')
  if (url.includes('#')) return fault('the address has a fragment, which is never sent', 'leave out `#` and what follows it')
  return []
}

function checkHeaders(headers: SoapConnector['headers']): readonly ConfigFault[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const pointer = `/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (ours.has(name.toLowerCase())) return [{ pointer, message: `the header "${name}" is set by the gateway itself` }]
    if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value.reveal())) return []
    return [{ pointer, message: `the header "${name}" has a name or a value that HTTP cannot carry` }]
  })
}

/** What frames a message, speaks of one connection only, or belongs to SOAP. */
const ours: ReadonlySet<string> = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'soapaction',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
