import { type ConfigFault, defineConnector } from '../../core/component.ts'
import type { SoapConnector, SoapConnectorOperations } from '../../core/config.gen.ts'
import { HttpClient } from '../../kit/http-client.ts'
import { checkHeaders, headersOf } from '../../kit/http-headers.ts'
import { checkUrl } from '../../kit/http-url.ts'
import { checkTls } from '../../kit/tls.ts'
import { readReply } from './answer.ts'
import { createRenderer } from './request.ts'

/** Calls of one SOAP service, document/literal. What a reply's header blocks say is not looked at. */
export default defineConnector<SoapConnector, SoapConnectorOperations>({
  check: ({ url, headers, tls }): readonly ConfigFault[] => [
    ...checkUrl(url.reveal(), { query: 'kept' }),
    ...checkHeaders(headers, ours),
    ...checkTls(tls, '/tls'),
  ],
  create: (config, host, identify) => {
    const client = new HttpClient(config, host, identify)
    const render = createRenderer(config)
    const fixed = headersOf(config.headers)
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
          const request = { method: 'POST', path, headers: { ...fixed, ...headers }, body }
          return readReply(await client.send(request, scope), client.doing(request))
        },
      },
    }
  },
})

/** What belongs to SOAP, beside what HTTP keeps for itself. */
const ours: ReadonlySet<string> = new Set(['accept', 'content-type', 'soapaction'])
