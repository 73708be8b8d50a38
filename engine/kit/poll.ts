import type { Clock } from '../core/ports.ts'
import type { Next } from './next.ts'

export interface PollOptions {
  readonly next: Next
  readonly clock: Clock
  /** Looks once; gives after how many milliseconds it wants to look again, where that is before the next tick. Never rejects. */
  readonly look: () => Promise<number | undefined>
}

/** The longest sleep, in milliseconds: a clock that was set is noticed after it. */
const longestSleep = 60_000

/** Looks at ticks, and sooner where somebody asks; one look at a time. A tick that comes during a look is part of it. */
export class Poll {
  readonly #options: PollOptions
  #timer: NodeJS.Timeout | undefined
  #looking = false
  /** When to look, by the clock; and when at the latest, by `performance.now()`, whatever the clock says. */
  #due: number | undefined
  #sooner = Number.POSITIVE_INFINITY
  #stopped = false

  constructor(options: PollOptions) {
    this.#options = options
  }

  /** From the next tick on. */
  start(): void {
    this.#due = this.#options.next(this.#options.clock.now())
    this.#arm()
  }

  /** Looks after so many milliseconds at the latest. */
  within(ms: number): void {
    this.#sooner = Math.min(this.#sooner, performance.now() + ms)
    this.#arm()
  }

  /** A look that goes on comes to its end; there is no other. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#stopped || this.#looking) return
    const untilTick = this.#due === undefined ? Number.POSITIVE_INFINITY : this.#due - this.#options.clock.now()
    const ms = Math.min(untilTick, this.#sooner - performance.now(), longestSleep)
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, ms))
  }

  #wake(): void {
    const ticked = this.#due !== undefined && this.#options.clock.now() >= this.#due
    if (!ticked && performance.now() < this.#sooner) {
      this.#arm()
      return
    }
    this.#sooner = Number.POSITIVE_INFINITY
    this.#looking = true
    void this.#options.look().then(again => {
      this.#looking = false
      this.#due = this.#options.next(this.#options.clock.now())
      if (again === undefined) this.#arm()
      else this.within(again)
    })
  }
}
