import type { Host } from '../../core/component.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Secret } from '../../core/secret.ts'
import { RedisLink } from './redis-link.ts'
import { RedisReads } from './redis-reads.ts'
import { readValue } from './redis-value.ts'
import { read, type Store } from './store.ts'

/** A store in Redis: values are JSON text under their keys. What another program wrote there is read as JSON where it is JSON, else as text. */
export function createRedis(url: Secret, host: Pick<Host, 'status' | 'log'>): Store {
  const link = new RedisLink(url, host)
  const reads = new RedisReads(link, text => read(readValue(text)))
  return {
    get: key => reads.get(key),
    set: async (key, value, ttlMs) => {
      const text = JSON.stringify(value)
      await link.call(client => (ttlMs === undefined ? client.set(key, text) : client.set(key, text, 'PX', ttlMs)))
    },
    delete: key => link.call(client => client.del(key)).then(count => count > 0),
    increment: async (key, by, ttlMs) => {
      const sum = await link.call(client => (ttlMs === undefined ? client.incrby(key, by) : client.eval(increment, 1, key, by, ttlMs)))
      if (typeof sum === 'number' && Number.isSafeInteger(sum)) return sum
      throw new SluiceError('UPSTREAM_REFUSED', `incrementing in ${url}: the number is too large`)
    },
    start: signal => link.start(signal),
    stop: async () => link.stop(),
    ping: async signal => {
      await link.ping(signal)
    },
  }
}

/** One step for Redis, so that a crash between the two cannot leave a counter that lives for ever. */
const increment = `
local first = redis.call('EXISTS', KEYS[1]) == 0
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if first then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum`
