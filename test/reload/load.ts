import { Agent } from 'undici'
import type { Entry } from './journal.ts'
import { isDoor, password, type Route, routes } from './state.ts'

/**
 * A steady load until it is stopped: so many requests a second over all routes, half on kept-alive connections, half on new ones. Doors are always
 * asked on new ones: a connection that is kept while its listener goes away can be closed under any request.
 */
export function startLoad(
  origin: (route: Route) => string,
  perSecond: number,
): { readonly journal: readonly Entry[]; stop(): Promise<void> } {
  const journal: Entry[] = []
  const kept = new Agent({ connections: 32, keepAliveTimeout: 60_000 })
  const pending = new Set<Promise<void>>()
  const everyMs = 10
  const authorization = `Basic ${btoa(`ann:${password}`)}`
  let count = 0

  const ask = async (route: Route, fresh: boolean): Promise<void> => {
    const agent = fresh ? new Agent({ connections: 1, pipelining: 0 }) : kept
    const sent = performance.now()
    const answer = await agent
      .request({ origin: origin(route), path: route, method: 'GET', headers: route === '/passworded' ? { authorization } : {} })
      .then(async reply => {
        const text = await reply.body.text()
        return reply.statusCode === 200 ? `200 ${text}` : `${reply.statusCode}`
      })
      .catch((error: NodeJS.ErrnoException) => (error.code === 'ECONNREFUSED' ? 'refused' : `failed: ${error.code}`))
    journal.push({ route, sent, received: performance.now(), answer })
    if (fresh) await agent.close()
  }

  const timer = setInterval(() => {
    for (let i = 0; i < (perSecond * everyMs) / 1000; i++) {
      const route = routes[count % routes.length] ?? '/constant'
      const asked = ask(route, isDoor(route) || Math.floor(count / routes.length) % 2 === 1)
      count++
      pending.add(asked)
      void asked.finally(() => pending.delete(asked))
    }
  }, everyMs)

  return {
    journal,
    async stop() {
      clearInterval(timer)
      await Promise.all(pending)
      await kept.close()
    },
  }
}
