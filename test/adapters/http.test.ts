import http from '../../engine/adapters/http/connector.ts'
import { connectorContract } from '../contract/connector.ts'
import { httpConfig } from '../support/http-connector.ts'
import { keeper, startHttp } from '../support/http-server.ts'

connectorContract('http', {
  definition: http,
  suffers: ['away', 'silent'],
  carries: 'bytes',
  heals: 'by-call',
  secret: 'open-sesame',
  open: async () => {
    const server = await startHttp(keeper())
    return { system: server, config: httpConfig(`${server.url.replace('//', '//user:open-sesame@')}/kept`) }
  },
  keep: async (connector, { key, bytes }, scope) => {
    await connector.operations.put({ path: `/${encodeURIComponent(key)}`, body: { bytes, contentType: 'application/octet-stream' } }, scope)
  },
  read: async (connector, key, scope) => {
    const result = await connector.operations.get({ path: `/${encodeURIComponent(key)}` }, scope)
    return result?.body instanceof Uint8Array ? result.body : Buffer.alloc(0)
  },
})
