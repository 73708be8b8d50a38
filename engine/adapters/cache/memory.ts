import type { CacheConnector } from '../../core/config.gen.ts'
import type { Clock } from '../../core/ports.ts'
import { BoundedCache } from '../../kit/bounded-cache.ts'
import { add } from './add.ts'
import { read, type Store } from './store.ts'

export type MemoryOptions = Pick<CacheConnector, 'maxEntries' | 'maxBytes'>

/** A store in this process. */
export function createMemory(options: MemoryOptions, clock: Clock): Store {
  const entries = new BoundedCache(options, clock)
  const expiry = (ttlMs: number | undefined): number => (ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlMs)
  return {
    get: async key => read(entries.get(key)?.value),
    set: async (key, value, ttlMs) => entries.set(key, value, expiry(ttlMs)),
    delete: async key => entries.delete(key) !== undefined,
    increment: async (key, by, ttlMs) => {
      const known = entries.get(key)
      const sum = known === undefined ? by : add(known.value, by)
      entries.set(key, sum, known?.expires ?? expiry(ttlMs))
      return sum
    },
    start: async () => {},
    stop: async () => entries.clear(),
    ping: async () => {},
  }
}
