import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import { listenOn } from './ports.ts'

/** An HTTP server of a test. Requests that come while it is frozen are answered when it thaws. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string
  /** The raw requests so far, oldest first. */
  readonly requests: readonly IncomingMessage[]
  /** Resolves when so many requests have come in all. */
  asked(count: number): Promise<void>
  /** Connections that are open. */
  connections(): Promise<number>
  leave(): Promise<void>
  come(): Promise<void>
  freeze(): void
  thaw(): void
}

/** `secure`: speaks TLS with this certificate and key. */
export async function startHttp(listener: RequestListener, secure?: ServerOptions, host = '127.0.0.1'): Promise<HttpServer> {
  const requests: IncomingMessage[] = []
  const held: (() => void)[] = []
  let frozen = false
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request)
    server.emit('asked')
    if (frozen) held.push(() => listener(request, response))
    else listener(request, response)
  }
  const server: Server = secure === undefined ? createServer(receive) : createSecureServer(secure, receive)
  const port = await listenOn(server, 0, host)
  const leave = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return {
    url: `${secure === undefined ? 'http' : 'https'}://${host}:${port}`,
    requests,
    asked: async count => {
      while (requests.length < count) await once(server, 'asked')
    },
    connections: () => new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
    leave,
    come: async () => {
      await listenOn(server, port, host)
    },
    freeze: () => {
      frozen = true
    },
    thaw: () => {
      frozen = false
      for (const go of held.splice(0)) go()
    },
    [Symbol.asyncDispose]: leave,
  }
}

/** Keeps bodies by path: PUT and GET. */
export function keeper(): RequestListener {
  const kept = new Map<string, { readonly bytes: Buffer; readonly type: string }>()
  return async (request, response) => {
    const path = request.url ?? '/'
    if (request.method === 'PUT') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      kept.set(path, { bytes: Buffer.concat(chunks), type: request.headers['content-type'] ?? 'application/octet-stream' })
      return response.writeHead(204).end()
    }
    const found = kept.get(path)
    if (found === undefined) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': found.type, 'content-length': found.bytes.length }).end(found.bytes)
  }
}
