import { defineConnector, type Result } from '../../core/component.ts'
import type { CacheConnector, CacheConnectorOperations } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import { createMemory } from './memory.ts'
import { createRedis } from './redis.ts'
import type { Store } from './store.ts'

/** Values by key for a time: in this process, or in Redis. */
export default defineConnector<CacheConnector, CacheConnectorOperations>({
  create: (config, host) => {
    const store = config.store.reveal() === 'memory:' ? createMemory(config, host.clock) : createRedis(config.store, host)
    const name = (key: string): string => config.prefix + key
    return {
      client: undefined,
      start: signal => store.start(signal),
      stop: () => store.stop(),
      ping: signal => store.ping(signal),
      operations: {
        get: ({ key }) => store.get(name(key)).then(asResult),
        set: ({ key, value, ttl }) => keep(store, name(key), value, ttl ?? config.ttl),
        delete: ({ key }) => store.delete(name(key)).then(body => ({ body })),
        increment: ({ key, by, ttl }) => store.increment(name(key), by, lifetime(ttl ?? config.ttl)).then(body => ({ body })),
      },
    }
  },
})

const nothing: Result = { body: undefined, found: false }
const asResult = (value: Body): Result => (value === undefined ? nothing : { body: value, found: true })

async function keep(store: Store, key: string, value: Body, ttlMs: number | undefined): Promise<undefined> {
  if (value === undefined || value instanceof Uint8Array || value instanceof Blob)
    throw new SluiceError('ARGUMENT_INVALID', 'keeping a value in the cache: it is not JSON; parse it, or format it as text, first')
  if (ttlMs !== undefined && ttlMs <= 0) await store.delete(key)
  else await store.set(key, value, lifetime(ttlMs))
  return undefined
}

/** Whole milliseconds, at least one: Redis knows no others. */
const lifetime = (ttlMs: number | undefined): number | undefined => (ttlMs === undefined ? undefined : Math.max(1, Math.ceil(ttlMs)))
