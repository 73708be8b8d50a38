import type { Store } from '../core/store.ts'

/** How long what was measured is trusted, in milliseconds: others of the cluster put letters too. */
const measuredFor = 5_000

/** How many dead letters there are, without asking the store each time. */
export class DeadLetterTally {
  readonly #store: Store
  #groups = new Map<string, { readonly count: number; readonly bytes: number }>()
  #at = Number.NEGATIVE_INFINITY
  #measuring: Promise<void> | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** By pipeline, as far as it is known. */
  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.#groups].map(([pipeline, { count }]) => [pipeline, count]))
  }

  /** All of them, a few seconds old at most. Rejects with STORE. */
  async total(): Promise<{ readonly count: number; readonly bytes: number }> {
    if (performance.now() - this.#at > measuredFor) await this.measure()
    return [...this.#groups.values()].reduce((sum, { count, bytes }) => ({ count: sum.count + count, bytes: sum.bytes + bytes }), nothing)
  }

  added(pipeline: string, size: number): void {
    const { count, bytes } = this.#groups.get(pipeline) ?? nothing
    this.#groups.set(pipeline, { count: count + 1, bytes: bytes + size })
  }

  /** Measures again, where what is known is old; nobody waits for it, and where the store says nothing, what is known stays. */
  refresh(): void {
    if (performance.now() - this.#at > measuredFor) this.measure().catch(() => undefined)
  }

  /** Rejects with STORE. */
  measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined
    })
    return this.#measuring
  }

  async #measure(): Promise<void> {
    const groups = await this.#store.measure('dead')
    this.#groups = new Map(groups.map(({ group, count, bytes }) => [group, { count, bytes }]))
    this.#at = performance.now()
  }
}

const nothing = { count: 0, bytes: 0 }
