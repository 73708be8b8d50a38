import { SluiceError } from '../../core/errors.ts'

/** So many at once; others wait in their order, and at most so many of them. */
export class Slots {
  #free: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []

  constructor(slots: number, mostWaiting: number) {
    this.#free = slots
    this.#mostWaiting = mostWaiting
  }

  /** Resolves to what gives the slot back. Rejects with STORE where too many wait. */
  async take(doing: string): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else {
      if (this.#waiting.length >= this.#mostWaiting)
        throw new SluiceError('STORE', `${doing}: ${this.#mostWaiting} calls wait for the store already`)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    return () => {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
