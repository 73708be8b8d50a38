/** Claims held in this process: true once per key. Bounded: the oldest are forgotten first, long after their tick is over. */
export class Claims {
  readonly #keys = new Set<string>()
  readonly #most: number

  constructor(most = 100_000) {
    this.#most = most
  }

  claim(key: string): boolean {
    if (this.#keys.has(key)) return false
    this.#keys.add(key)
    if (this.#keys.size > this.#most) for (const oldest of this.#keys) return this.#keys.delete(oldest)
    return true
  }
}
