import { Agent } from 'undici'

/** A load that goes on until it is stopped: so many GETs a second over kept-alive connections, whatever becomes of those before. */
export function startCalls(url: string, perSecond: number): { stop(): Promise<{ latencies: readonly number[]; failed: number }> } {
  const agent = new Agent({ connections: 32 })
  const { origin, pathname } = new URL(url)
  const pending = new Set<Promise<void>>()
  const latencies: number[] = []
  const everyMs = 10
  let failed = 0
  const ask = async (): Promise<void> => {
    const sent = performance.now()
    const status = await agent.request({ origin, path: pathname, method: 'GET' }).then(
      async reply => {
        await reply.body.dump()
        return reply.statusCode
      },
      () => 0,
    )
    if (status !== 200) failed++
    latencies.push(performance.now() - sent)
  }
  const timer = setInterval(() => {
    for (let at = 0; at < (perSecond * everyMs) / 1000; at++) {
      const asked = ask()
      pending.add(asked)
      void asked.finally(() => pending.delete(asked))
    }
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(pending)
      await agent.close()
      return { latencies, failed }
    },
  }
}
