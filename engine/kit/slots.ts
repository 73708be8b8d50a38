import { SluiceError } from '../core/errors.ts'

export interface SlotsOptions {
  /** Held at once. */
  readonly count: number
  /** Waiting at once; one more is OVERLOADED at once. */
  readonly waiting: number
  /** The longest wait, in milliseconds; then OVERLOADED. */
  readonly waitMs: number
  /** What is being done, for the error: `calling http://…`. */
  readonly doing: string
}

/** A bounded number of slots with a bounded queue before them, first come first served. */
export class Slots {
  readonly #options: SlotsOptions
  readonly #queue = new Set<() => void>()
  #held = 0

  constructor(options: SlotsOptions) {
    this.#options = options
  }

  /** `undefined`: taken at once. Whoever took one gives it back. */
  take(): Promise<void> | undefined {
    const { count, waiting, waitMs } = this.#options
    if (this.#held < count) {
      this.#held++
      return undefined
    }
    if (this.#queue.size >= waiting) return Promise.reject(this.#full())
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#queue.delete(enter)
        reject(this.#full())
      }, waitMs)
      this.#queue.add(enter)
    })
  }

  /** Hands the slot to the next in the queue. */
  give(): void {
    for (const enter of this.#queue) {
      this.#queue.delete(enter)
      enter()
      return
    }
    this.#held--
  }

  #full(): SluiceError {
    const { doing, count } = this.#options
    return new SluiceError('OVERLOADED', `${doing}: all ${count} connections are busy`)
  }
}
