import type { Clock } from '../../core/ports.ts'
import { CallWindow } from './call-window.ts'

const windowMs = 10_000
const share = 0.1
const least = 30

/** Keeps retries from multiplying the load of a system in trouble: in ten seconds a tenth of its calls, and thirty (three a second) in any case. */
export class RetryBudget {
  readonly #clock: Clock
  readonly #window = new CallWindow(windowMs)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  called(): void {
    this.#window.add(this.#clock.now(), false)
  }

  /** Takes one repetition, where there is one left. */
  take(): boolean {
    this.#window.advance(this.#clock.now())
    const { calls, marked } = this.#window
    if (marked >= Math.max(least, share * (calls - marked))) return false
    this.#window.add(this.#clock.now(), true)
    return true
  }
}
