import { SluiceError } from '../../core/errors.ts'
import type { Keep } from '../../core/keep.ts'
import type { Body, Json } from '../../core/message.ts'
import type { Clock } from '../../core/ports.ts'
import { inTime } from '../../kit/in-time.ts'
import { add } from './add.ts'
import { read, type Store } from './store.ts'

/** A store in the gateway's own: what was set survives a crash. */
export function createDurable(keep: Keep, clock: Clock): Store {
  const expiry = (ttlMs: number | undefined): number | undefined => (ttlMs === undefined ? undefined : clock.now() + ttlMs)
  /** Increments of a key in this process, one after the other: at once, all but one would be in vain. */
  const counting = new Map<string, Promise<unknown>>()

  const increment = async (key: string, by: number, ttlMs: number | undefined): Promise<number> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const known = await keep.get(key)
      const sum = known === undefined ? by : add(known.value, by)
      const expires = known === undefined ? expiry(ttlMs) : known.expires
      if (await keep.set(key, sum, { expires, expect: known?.version ?? 'absent' })) return sum
    }
    throw new SluiceError('STORE', 'incrementing in the store: others changed the number each time')
  }

  return {
    get: async key => read((await keep.get(key))?.value),
    set: async (key, value, ttlMs) => {
      await keep.set(key, json(value), { expires: expiry(ttlMs) })
    },
    delete: key => keep.delete(key),
    increment: async (key, by, ttlMs) => {
      const turn = (counting.get(key) ?? Promise.resolve()).then(
        () => increment(key, by, ttlMs),
        () => increment(key, by, ttlMs),
      )
      counting.set(key, turn)
      try {
        return await turn
      } finally {
        if (counting.get(key) === turn) counting.delete(key)
      }
    },
    // The store is opened by its first use, which no message should wait for.
    start: async signal => {
      await inTime(keep.get('').then(nothing, nothing), signal, patienceMs)
    },
    stop: async () => {},
    ping: async () => {
      await keep.get('')
    },
  }
}

const nothing = (): void => {}
/** Milliseconds that a start waits for the store. */
const patienceMs = 5000

/** Of one increment, against other nodes. */
const attempts = 50

/** The connector has refused what is none. */
function json(value: Body): Json {
  if (value === undefined || value instanceof Uint8Array || value instanceof Blob)
    throw new SluiceError('INTERNAL', 'a value for the store is not JSON')
  return value
}
