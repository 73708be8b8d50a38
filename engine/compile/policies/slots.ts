import { SluiceError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'

export interface SlotsOptions {
  /** Named by the OVERLOADED. */
  readonly what: string
  readonly limit: number
  /** What is counted, where it is not messages or calls: ` bytes`. */
  readonly unit?: string
  /** How many may wait; by default as many as may be inside. */
  readonly waiting?: number
  /** Who waits is not in a hurry: the time of his scope begins when he is let in. */
  readonly patient?: boolean
}

/**
 * So many at once, or so much; others may wait, in order. What is above that is refused. Kept over reloads, so that a reload does not double the limit.
 * What is heavier than the whole limit is let in alone.
 */
export class Slots {
  readonly #options: SlotsOptions
  readonly #limit: number
  #taken = 0
  readonly #waiting = new Set<{ readonly weight: number; readonly go: () => void }>()

  constructor(options: SlotsOptions) {
    this.#options = options
    this.#limit = options.limit
  }

  get taken(): number {
    return this.#taken
  }

  /** Whether nothing more is let in, be it as light as it may. */
  get full(): boolean {
    return this.#taken >= this.#limit
  }

  /** Takes a slot where one is free. Whoever took one leaves, with the same weight. */
  take(weight = 1): boolean {
    if (this.#taken + weight > this.#limit && this.#taken > 0) return false
    this.#taken += weight
    return true
  }

  /** Takes a slot, at once or within `ms`, and the scope unless it is `patient`. Rejects with OVERLOADED. */
  enter(ms: number, scope: Scope, weight = 1): undefined | Promise<void> {
    if (this.#waiting.size === 0 && this.take(weight)) return undefined
    if (this.#waiting.size >= (this.#options.waiting ?? this.#limit)) throw this.refusal()
    return this.#wait(this.#options.patient === true ? ms : Math.min(ms, scope.remaining), weight).then(() => {
      const { reason } = scope
      if (reason === undefined) return
      this.leave(weight)
      throw reason
    })
  }

  /** Gives back, and lets in whoever waits longest and has room now. */
  leave(weight = 1): void {
    this.#taken -= weight
    if (this.#waiting.size > 0) this.#admit()
  }

  refusal(): SluiceError {
    const { what, limit, unit = '' } = this.#options
    return new SluiceError('OVERLOADED', `${what} is at its limit of ${limit}${unit} at once`, {
      delayMs: 1000,
      headers: { 'retry-after': '1' },
    })
  }

  #admit(): void {
    for (const one of this.#waiting) {
      if (!this.take(one.weight)) return
      this.#waiting.delete(one)
      one.go()
    }
  }

  #wait(ms: number, weight: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const one = {
        weight,
        go: (): void => {
          clearTimeout(timer)
          resolve()
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(one)
        reject(this.refusal())
        this.#admit()
      }, ms)
      this.#waiting.add(one)
    })
  }
}
