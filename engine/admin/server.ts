import type { RequestListener } from 'node:http'
import { SluiceError } from '../core/errors.ts'
import { createServer } from '../core/node-http.ts'
import type { ApplicationOptions } from './application.ts'

export interface AdminOptions extends ApplicationOptions {
  readonly address: { readonly host: string; readonly port: number }
}

export interface AdminServer {
  readonly address: { readonly host: string; readonly port: number }
  close(): Promise<void>
}

/** Starts an admin listener. Rejects with a SluiceError naming the address when it cannot be had. */
export async function serveAdmin(options: AdminOptions): Promise<AdminServer> {
  const { host, port } = options.address
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 5_000 }, atFirstRequest(options))
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(new SluiceError('INTERNAL', `listening on ${host}:${port} for administration`, { cause })))
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return {
    address: { host, port: typeof bound === 'object' && bound !== null ? bound.port : port },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Its libraries take a tenth of the time of a start to load: they are loaded when somebody asks something. */
function atFirstRequest(options: AdminOptions): RequestListener {
  let loading: Promise<RequestListener> | undefined
  return (request, response) => {
    loading ??= import('./application.ts').then(({ application }) => application(options))
    void loading
      .then(listener => listener(request, response))
      .catch((error: unknown) => {
        options.log.error('admin', { path: request.url, error })
        response.destroy()
      })
  }
}
