import type { Body } from '../core/message.ts'
import type { Clock } from '../core/ports.ts'

export interface BoundedCacheOptions {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** Values by key in this process, bounded by entries and by estimated bytes: the least recently used goes first. A value above `maxBytes` is not kept. */
export class BoundedCache {
  // A Map keeps the order of insertion: what is read is put at its end again.
  readonly #entries = new Map<string, CachedValue>()
  readonly #options: BoundedCacheOptions
  readonly #clock: Clock
  #bytes = 0

  constructor(options: BoundedCacheOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  get(key: string): CachedValue | undefined {
    const entry = this.delete(key)
    if (entry !== undefined) this.#keep(key, entry)
    return entry
  }

  /** `expires`: milliseconds since the epoch; infinity: until it is pushed out. */
  set(key: string, value: Body, expires: number): void {
    const { maxEntries, maxBytes } = this.#options
    this.delete(key)
    const entry = { value, expires, bytes: overhead + key.length + estimate(value) }
    if (entry.bytes > maxBytes) return
    this.#keep(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return
      this.delete(oldest)
    }
  }

  /** What it was; undefined where there was none, or its time is over. */
  delete(key: string): CachedValue | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
    return entry.expires > this.#clock.now() ? entry : undefined
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }

  #keep(key: string, entry: CachedValue): void {
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
  }
}

export interface CachedValue {
  readonly value: Body
  readonly expires: number
  readonly bytes: number
}

/** Bytes of an entry besides its key and value, and of every value besides its characters: estimates. */
const overhead = 128
const each = 16

function estimate(value: Body): number {
  if (typeof value === 'string') return each + value.length
  if (typeof value !== 'object' || value === null) return each
  let bytes = each
  if (Array.isArray(value)) for (const item of value) bytes += estimate(item)
  else for (const [name, item] of Object.entries(value)) bytes += each + name.length + estimate(item)
  return bytes
}
