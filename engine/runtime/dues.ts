/**
 * When messages that were put back are to be run again, as far as this process knows. The store's clock decides, and may be behind: what is due and
 * not given yet is asked for again soon, for a while; should another node have taken it, nobody waits for it.
 */
export class Dues {
  readonly #dues = new Map<string, number>()

  /** Of more than it remembers the store is asked now and then. */
  add(id: string, due: number): void {
    if (this.#dues.size < most) this.#dues.set(id, due)
  }

  /** It is here again. */
  taken(id: string): void {
    this.#dues.delete(id)
  }

  /** Milliseconds until it is worth asking; undefined where nothing is known. */
  next(now: number): number | undefined {
    let next: number | undefined
    for (const [id, due] of this.#dues) {
      if (due < now - patienceMs) this.#dues.delete(id)
      else next = Math.min(next ?? Number.POSITIVE_INFINITY, due > now ? due - now + marginMs : againMs)
    }
    return next
  }
}

/** A timer may fire a little early. */
const marginMs = 2
const againMs = 100
const most = 1_000
const patienceMs = 10_000
