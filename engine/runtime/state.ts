/**
 * What survives a reload and not a crash: breakers, limiters, budgets, counters, by id and configuration hash.
 * A reload resets nothing that did not change, and forgets what is gone.
 */
export class State {
  readonly #entries = new Map<string, { readonly hash: string; readonly value: unknown }>()
  #touched = new Set<string>()

  /** The value kept under `key` for this `hash`; made where there is none, or one of another hash. */
  get<T>(key: string, hash: string, make: () => T): T {
    this.#touched.add(key)
    const entry = this.#entries.get(key)
    // A key belongs to one place in the code, which always makes the same type.
    if (entry?.hash === hash) return entry.value as T
    const value = make()
    this.#entries.set(key, { hash, value })
    return value
  }

  /** Starts to note which keys are asked for. */
  mark(): void {
    this.#touched = new Set()
  }

  /** Forgets what nobody asked for since `mark`. */
  sweep(): void {
    for (const key of this.#entries.keys()) if (!this.#touched.has(key)) this.#entries.delete(key)
  }
}
