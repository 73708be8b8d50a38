import { type ConfigFault, defineConnector, type Payload, type Result } from '../../core/component.ts'
import type { HttpConnector, HttpConnectorOperations } from '../../core/config.gen.ts'
import type { Scope } from '../../core/scope.ts'
import { HttpClient } from '../../kit/http-client.ts'
import type { HttpAnswer } from '../../kit/http-exchange.ts'
import { checkHeaders, headersOf } from '../../kit/http-headers.ts'
import { refusedBy } from '../../kit/http-refusal.ts'
import { checkUrl } from '../../kit/http-url.ts'
import { checkTls } from '../../kit/tls.ts'
import { readAnswer } from './answer-body.ts'
import { basePath, targetOf } from './target.ts'

/** Calls of HTTP servers below one address. */
export default defineConnector<HttpConnector, HttpConnectorOperations>({
  check: ({ url, headers, tls }): readonly ConfigFault[] => [
    ...checkUrl(url.reveal(), { query: 'refused' }),
    ...checkHeaders(headers),
    ...checkTls(tls, '/tls'),
  ],
  create: (config, host, identify) => {
    const client = new HttpClient(config, host, identify)
    const base = basePath(config.url.reveal())
    const fixed = headersOf(config.headers)

    const send = async (method: string, { path, query, headers, body }: Call, scope: Scope): Promise<Result> => {
      const all = { ...fixed, ...(body && { 'content-type': body.contentType }), ...headersOf(headers) }
      const request = { method, path: targetOf(base, path, query), headers: all, body: body?.bytes }
      const answer = await client.send(request, scope)
      if (answer.status >= 400) throw refusedBy(client.doing(request), answer, readAnswer(answer))
      return asResult(answer)
    }

    return {
      client: undefined,
      start: async () => client.start(),
      stop: signal => client.close(signal),
      ping: signal => client.ping(targetOf(base, '', undefined), signal),
      operations: {
        get: (args, scope) => send('GET', args, scope),
        delete: (args, scope) => send('DELETE', args, scope),
        put: (args, scope) => send('PUT', args, scope),
        post: (args, scope) => send('POST', args, scope),
        patch: (args, scope) => send('PATCH', args, scope),
        request: (args, scope) => send(args.method, args, scope),
      },
    }
  },
})

type Call = HttpConnectorOperations['get'] & { readonly body?: Payload | undefined }

function asResult({ status, headers, body }: HttpAnswer): Result {
  const contentType = headers['content-type']
  const type = typeof contentType === 'string' ? contentType : undefined
  return { status, headers, body: body.length === 0 ? undefined : body, contentType: type }
}
