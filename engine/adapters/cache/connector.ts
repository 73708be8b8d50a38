import { defineConnector, type Host } from '../../core/component.ts'
import type { CacheConnector, CacheConnectorOperations } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import { createDurable } from './durable.ts'
import { createMemory } from './memory.ts'
import { createRedis } from './redis.ts'
import type { Store } from './store.ts'

/** Values by key for a time: in this process, in the gateway's own store, or in Redis. */
export default defineConnector<CacheConnector, CacheConnectorOperations>({
  create: (config, host) => {
    const store = createStore(config, host)
    const name = (key: string): string => config.prefix + key
    return {
      client: undefined,
      start: signal => store.start(signal),
      stop: () => store.stop(),
      ping: signal => store.ping(signal),
      operations: {
        get: ({ key }) => store.get(name(key)),
        set: ({ key, value, ttl }) => keep(store, name(key), value, ttl ?? config.ttl),
        delete: ({ key }) => store.delete(name(key)).then(body => ({ body })),
        increment: ({ key, by, ttl }) => store.increment(name(key), by, lifetime(ttl ?? config.ttl)).then(body => ({ body })),
      },
    }
  },
})

function createStore(config: CacheConnector, host: Host): Store {
  const address = config.store.reveal()
  if (address === 'memory:') return createMemory(config, host.clock)
  if (address === 'durable:') return createDurable(host.keep({ count: config.maxEntries, bytes: config.maxBytes }), host.clock)
  return createRedis(config.store, host)
}

async function keep(store: Store, key: string, value: Body, ttlMs: number | undefined): Promise<undefined> {
  if (value === undefined || value instanceof Uint8Array || value instanceof Blob)
    throw new SluiceError('ARGUMENT_INVALID', 'keeping a value in the cache: it is not JSON; parse it, or format it as text, first')
  if (ttlMs !== undefined && ttlMs <= 0) await store.delete(key)
  else await store.set(key, value, lifetime(ttlMs))
  return undefined
}

/** Whole milliseconds, at least one: Redis knows no others. */
const lifetime = (ttlMs: number | undefined): number | undefined => (ttlMs === undefined ? undefined : Math.max(1, Math.ceil(ttlMs)))
