import { createHash } from 'node:crypto'
import type { Keep, KeepBounds, KeepOptions, Kept } from '../core/keep.ts'
import type { Json } from '../core/message.ts'
import type { Store } from '../core/store.ts'
import { prune } from './prune.ts'

/** What one component keeps, as entries of kind `cache`; `group` is the component's id, and keys are those of all components together. */
export function cacheIn(store: Store, group: string, bounds: KeepBounds): Keep {
  const pruned = pruning(store, group, bounds)
  const get = async (key: string): Promise<Kept | undefined> => {
    const entry = await store.get('cache', nameOf(key))
    // What `set` wrote.
    return entry && { value: JSON.parse(new TextDecoder().decode(entry.body)) as Json, version: entry.version, expires: entry.expires }
  }
  return {
    get,
    set: async (key, value, { expires, expect }: KeepOptions = {}) => {
      const body = new TextEncoder().encode(JSON.stringify(value))
      const conflict = await store.commit([{ put: { kind: 'cache', key: nameOf(key), group, expires, body }, expect }])
      await pruned(body.byteLength)
      return conflict === undefined
    },
    delete: async key => {
      for (;;) {
        const found = await store.get('cache', nameOf(key))
        if (found === undefined) return false
        const conflict = await store.commit([{ remove: { kind: 'cache', key: nameOf(key) }, expect: found.version }])
        if (conflict === undefined) return true
      }
    },
  }
}

/** What the store takes as a key; others are told apart by their digest. */
const nameOf = (key: string): string =>
  key.length <= 400 && key.isWellFormed() && !key.includes('\0')
    ? `=${key}`
    : `#${createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('hex')}`

/** Looks after every twentieth part of what is allowed. */
function pruning(store: Store, group: string, bounds: KeepBounds): (size: number) => Promise<void> {
  let sets = 0
  let written = 0
  return async size => {
    sets++
    written += size
    if (sets < bounds.count / 20 && written < bounds.bytes / 20) return
    sets = 0
    written = 0
    await prune(store, 'cache', group, bounds)
  }
}
