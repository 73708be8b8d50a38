import type { CacheConnector } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import type { Clock } from '../../core/ports.ts'
import type { Store } from './store.ts'

export type MemoryOptions = Pick<CacheConnector, 'maxEntries' | 'maxBytes'>

/** A store in this process, bounded by entries and by estimated bytes: the least recently used goes first. A value above `maxBytes` is not kept. */
export function createMemory({ maxEntries, maxBytes }: MemoryOptions, clock: Clock): Store {
  // A Map keeps the order of insertion: what is read is put at its end again.
  const entries = new Map<string, Entry>()
  let bytes = 0

  const remove = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    entries.delete(key)
    bytes -= entry.bytes
    return entry.expires > clock.now() ? entry : undefined
  }
  const keep = (key: string, entry: Entry): void => {
    entries.set(key, entry)
    bytes += entry.bytes
  }
  const find = (key: string): Entry | undefined => {
    const entry = remove(key)
    if (entry !== undefined) keep(key, entry)
    return entry
  }
  const put = (key: string, value: Body, expires: number): void => {
    remove(key)
    const entry = { value, expires, bytes: overhead + key.length + estimate(value) }
    if (entry.bytes > maxBytes) return
    keep(key, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries && bytes <= maxBytes) return
      remove(oldest)
    }
  }
  const expiry = (ttlMs: number | undefined): number => (ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlMs)

  return {
    get: async key => find(key)?.value,
    set: async (key, value, ttlMs) => put(key, value, expiry(ttlMs)),
    delete: async key => remove(key) !== undefined,
    increment: async (key, by, ttlMs) => {
      const known = find(key)
      const sum = known === undefined ? by : add(known.value, by)
      put(key, sum, known?.expires ?? expiry(ttlMs))
      return sum
    },
    start: async () => {},
    stop: async () => {
      entries.clear()
      bytes = 0
    },
    ping: async () => {},
  }
}

interface Entry {
  readonly value: Body
  /** Milliseconds since the epoch; infinity: never. */
  readonly expires: number
  readonly bytes: number
}

/** Bytes of an entry besides its key and value, and of every value besides its characters: estimates. */
const overhead = 128
const each = 16

function add(value: Body, by: number): number {
  const sum = typeof value === 'number' ? value + by : Number.NaN
  if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) return sum
  throw new SluiceError('UPSTREAM_REFUSED', 'incrementing: the value in the cache is no whole number, or would be too large for one')
}

function estimate(value: Body): number {
  if (typeof value === 'string') return each + value.length
  if (typeof value !== 'object' || value === null) return each
  let bytes = each
  if (Array.isArray(value)) for (const item of value) bytes += estimate(item)
  else for (const [name, item] of Object.entries(value)) bytes += each + name.length + estimate(item)
  return bytes
}
