import { SluiceError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'

/** So many at once; as many more may wait, in order. What is above that is refused. Kept over reloads, so that a reload does not double the limit. */
export class Slots {
  readonly #what: string
  readonly #limit: number
  #taken = 0
  readonly #waiting = new Set<() => void>()

  /** `what` is named by the OVERLOADED. */
  constructor(what: string, limit: number) {
    this.#what = what
    this.#limit = limit
  }

  /** Takes a slot where one is free. Whoever took one leaves. */
  take(): boolean {
    if (this.#taken >= this.#limit) return false
    this.#taken++
    return true
  }

  /** Takes a slot, at once or within `ms` and the scope. Rejects with OVERLOADED. */
  enter(ms: number, scope: Scope): undefined | Promise<void> {
    if (this.take()) return undefined
    if (this.#waiting.size >= this.#limit) throw this.refusal()
    return this.#wait(Math.min(ms, scope.remaining)).then(() => {
      const { reason } = scope
      if (reason === undefined) return
      this.leave()
      throw reason
    })
  }

  /** Gives the slot to whoever waits longest, or back. */
  leave(): void {
    const [first] = this.#waiting
    if (first === undefined) {
      this.#taken--
      return
    }
    this.#waiting.delete(first)
    first()
  }

  refusal(): SluiceError {
    return new SluiceError('OVERLOADED', `${this.#what} is at its limit of ${this.#limit} at once`, {
      delayMs: 1000,
      headers: { 'retry-after': '1' },
    })
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(go)
        reject(this.refusal())
      }, ms)
      this.#waiting.add(go)
    })
  }
}
