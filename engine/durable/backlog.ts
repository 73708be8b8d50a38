import { SluiceError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { Measure } from '../core/store.ts'

/** How much may wait on the queue of one pipeline. */
export interface QueueLimits {
  readonly maxMessages: number
  /** Bodies and heads, in bytes. */
  readonly maxBytes: number
}

/** How long an estimate is good, in milliseconds; and how old one may be that a message is refused by. */
const goodMs = 30_000
const refusingMs = 1_000

/** How much is on one queue, as far as this process knows: measured now and then, counted in between. */
export class Backlog {
  readonly #clock: Clock
  readonly #pipeline: string
  readonly #measure: () => Promise<Measure | undefined>
  #count = 0
  #bytes = 0
  #measuredAt: number | undefined
  #measuring: Promise<void> | undefined

  constructor(clock: Clock, pipeline: string, measure: () => Promise<Measure | undefined>) {
    this.#clock = clock
    this.#pipeline = pipeline
    this.#measure = measure
  }

  /** Whether so many bytes more have room: at once, where the estimate is good. Throws or rejects with OVERLOADED; rejects with STORE. */
  admit(bytes: number, limits: QueueLimits): undefined | Promise<void> {
    const age = this.#measuredAt === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() - this.#measuredAt
    const full = this.#isFull(bytes, limits)
    if (age === Number.POSITIVE_INFINITY || (full && age > refusingMs)) return this.#refresh().then(() => this.#check(bytes, limits))
    if (full) throw this.#refusal(limits)
    // What goes wrong with this look is told by the one that somebody waits for.
    if (age > goodMs) void this.#refresh().catch(() => undefined)
    return undefined
  }

  added(bytes: number, count = 1): void {
    this.#bytes = Math.max(0, this.#bytes + bytes)
    this.#count = Math.max(0, this.#count + count)
  }

  #check(bytes: number, limits: QueueLimits): void {
    if (this.#isFull(bytes, limits)) throw this.#refusal(limits)
  }

  #isFull(bytes: number, { maxMessages, maxBytes }: QueueLimits): boolean {
    return this.#count >= maxMessages || this.#bytes + bytes > maxBytes
  }

  #refresh(): Promise<void> {
    this.#measuring ??= this.#measure()
      .then(measured => {
        this.#count = measured?.count ?? 0
        this.#bytes = measured?.bytes ?? 0
        this.#measuredAt = this.#clock.now()
      })
      .finally(() => {
        this.#measuring = undefined
      })
    return this.#measuring
  }

  #refusal({ maxMessages, maxBytes }: QueueLimits): SluiceError {
    return new SluiceError('OVERLOADED', `the queue of ${this.#pipeline} is full: ${maxMessages} messages, ${maxBytes} bytes at most`, {
      delayMs: 5_000,
      headers: { 'retry-after': '5' },
    })
  }
}
