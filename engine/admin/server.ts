import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { Logger } from '../core/ports.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { AdminRoute } from './route.ts'
import { adminRoutes } from './routes.ts'

export interface AdminOptions {
  readonly runtime: Runtime
  readonly log: Logger
  readonly address: { readonly host: string; readonly port: number }
  /** Only `/live` and `/ready`, for whoever can reach the address. */
  readonly probesOnly: boolean
  /** Renders the numbers for Prometheus. */
  readonly metrics: () => string
}

export interface AdminServer {
  readonly address: { readonly host: string; readonly port: number }
  close(): Promise<void>
}

/** Starts an admin listener. Rejects with a SluiceError naming the address when it cannot be had. */
export async function serveAdmin(options: AdminOptions): Promise<AdminServer> {
  const { host, port } = options.address
  const server = createAdaptorServer({
    fetch: application(options).fetch,
    serverOptions: { requestTimeout: 30_000, headersTimeout: 5_000 },
  }) as Server
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

function application(options: AdminOptions): Hono {
  const app = new Hono()
  app.notFound(context => context.json({ error: 'there is no such route' }, 404))
  app.onError((error, context) => {
    options.log.error('admin', { path: context.req.path, error })
    return context.json({ error: 'a fault of the gateway itself; its log says more' }, 500)
  })
  if (!options.probesOnly) app.use(fromLoopback)
  app.use(bodyLimit({ maxSize: 1024 ** 2 }))
  for (const route of adminRoutes.filter(one => one.probe || !options.probesOnly))
    app.on(route.method, route.path, context => answer(route, options, context))
  return app
}

/** A page in a browser must not reach the admin API through a name of its own (DNS rebinding). */
async function fromLoopback(context: Context, next: () => Promise<void>): Promise<Response | undefined> {
  const host = context.req.header('host') ?? ''
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host))
    return context.json({ error: 'the Host of an admin request must be a loopback name' }, 403)
  await next()
  return undefined
}

async function answer(route: AdminRoute, { runtime, metrics }: AdminOptions, context: Context): Promise<Response> {
  if (route.acts && context.req.header('x-sluice') === undefined)
    return context.json({ error: 'this request needs the header x-sluice' }, 403)
  const text = route.method === 'POST' ? await context.req.text() : ''
  const body = text === '' ? undefined : parsed(text)
  if (body instanceof Error) return context.json({ error: 'the body is not JSON' }, 400)
  const request = { params: context.req.param() as Record<string, string>, body, metrics }
  const { status, body: value, text: type } = await route.answer(runtime, request)
  return type === undefined ? Response.json(value, { status }) : new Response(String(value), { status, headers: { 'content-type': type } })
}

function parsed(text: string): Json | Error {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error as Error
  }
}
