import type { Duration } from '../../core/duration.ts'

const slots = 10

/** How many things happened in the last so many milliseconds, and how many of them were marked (failed, repeated); in tenths of that time. */
export class CallWindow {
  readonly #slotMs: number
  readonly #counts = new Int32Array(slots)
  readonly #marks = new Int32Array(slots)
  #current = 0

  constructor(window: Duration) {
    this.#slotMs = Math.max(1, window / slots)
  }

  get calls(): number {
    return sum(this.#counts)
  }

  get marked(): number {
    return sum(this.#marks)
  }

  add(now: number, marked: boolean): void {
    this.advance(now)
    const slot = this.#current % slots
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
    if (marked) this.#marks[slot] = (this.#marks[slot] ?? 0) + 1
  }

  /** Forgets the tenths that went by; all of them where the clock was set back. */
  advance(now: number): void {
    const to = Math.floor(now / this.#slotMs)
    const gone = to - this.#current
    if (gone === 0) return
    if (gone < 0 || gone >= slots) this.clear()
    else for (let slot = this.#current + 1; slot <= to; slot++) this.#forget(slot % slots)
    this.#current = to
  }

  clear(): void {
    this.#counts.fill(0)
    this.#marks.fill(0)
  }

  #forget(slot: number): void {
    this.#counts[slot] = 0
    this.#marks[slot] = 0
  }
}

function sum(counts: Int32Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
