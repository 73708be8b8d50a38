import type { GatewayProcess } from '../support/gateway.ts'

/** Posts a message to `/orders`. True where the gateway said that it has it. */
export async function post(gateway: Pick<GatewayProcess, 'url'>, body: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}/orders`, { method: 'POST', headers, body }).catch(() => undefined)
  await answer?.arrayBuffer().catch(() => {})
  return answer?.status === 202
}
