import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Json } from '../core/message.ts'
import type { Logger } from '../core/ports.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { AdminRoute } from './route.ts'
import { adminRoutes } from './routes.ts'

export interface ApplicationOptions {
  readonly runtime: Runtime
  readonly log: Logger
  /** Only `/live`, `/ready` and `/metrics`, for whoever can reach the address. */
  readonly probesOnly: boolean
  /** Renders the numbers for Prometheus. */
  readonly metrics: () => string
}

/** What answers the requests of an admin listener. */
export function application(options: ApplicationOptions): RequestListener {
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
  return getRequestListener(app.fetch)
}

/** A page in a browser must not reach the admin API through a name of its own (DNS rebinding). */
async function fromLoopback(context: Context, next: () => Promise<void>): Promise<Response | undefined> {
  const host = context.req.header('host') ?? ''
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host))
    return context.json({ error: 'the Host of an admin request must be a loopback name' }, 403)
  await next()
  return undefined
}

async function answer(route: AdminRoute, { runtime, metrics }: ApplicationOptions, context: Context): Promise<Response> {
  if (route.acts && context.req.header('x-sluice') === undefined)
    return context.json({ error: 'this request needs the header x-sluice' }, 403)
  const text = route.method === 'POST' ? await context.req.text() : ''
  const body = text === '' ? undefined : parsed(text)
  if (body instanceof Error) return context.json({ error: 'the body is not JSON' }, 400)
  const request = { params: context.req.param() as Record<string, string>, query: context.req.query(), body, metrics }
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
