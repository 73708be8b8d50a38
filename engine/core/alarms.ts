/** One thing that is to happen at a time, unless it is turned off before. */
interface Alarm {
  /** By `performance.now()`, in milliseconds. */
  readonly due: number
  readonly ring: () => void
  before: Alarm
  after: Alarm
}

/**
 * Alarms of which nearly none ever rings: one timer for all of them, at a tenth of what a timer for each costs. It looks when the first is due that was
 * set when it last looked, and then no sooner than `leastMs` later: so much an alarm may be late. Like timers, those that are set keep the process alive.
 */
export class Alarms {
  /** The ring of all that are set begins and ends here. */
  readonly #ends: Alarm
  #count = 0
  #timer: NodeJS.Timeout | undefined
  /** When the timer looks. */
  #next = Number.POSITIVE_INFINITY

  constructor() {
    const ends = { due: Number.POSITIVE_INFINITY, ring: () => {} } as Alarm
    ends.before = ends
    ends.after = ends
    this.#ends = ends
  }

  /** Calls back at this time, by `performance.now()`; what it gives turns that off. The callback does not throw. */
  set(due: number, ring: () => void): () => void {
    const last = this.#ends.before
    const alarm: Alarm = { due, ring, before: last, after: this.#ends }
    last.after = alarm
    this.#ends.before = alarm
    if (++this.#count === 1) this.#timer?.ref()
    if (due < this.#next) this.#lookAt(due, due - performance.now())
    return () => this.#off(alarm)
  }

  #off(alarm: Alarm): void {
    if (alarm.before.after !== alarm) return
    alarm.before.after = alarm.after
    alarm.after.before = alarm.before
    alarm.before = alarm
    if (--this.#count === 0) this.#timer?.unref()
  }

  #lookAt(due: number, ms: number): void {
    this.#next = due
    clearTimeout(this.#timer)
    // A timer of Node takes longer waits for none.
    this.#timer = setTimeout(() => this.#look(), Math.min(ms, mostMs))
  }

  #look(): void {
    const now = performance.now()
    const rung: Alarm[] = []
    let first = Number.POSITIVE_INFINITY
    for (let alarm = this.#ends.after; alarm !== this.#ends; alarm = alarm.after) {
      if (alarm.due <= now) rung.push(alarm)
      else if (alarm.due < first) first = alarm.due
    }
    this.#timer = undefined
    this.#next = Number.POSITIVE_INFINITY
    for (const alarm of rung) this.#off(alarm)
    if (first < Number.POSITIVE_INFINITY) this.#lookAt(first, Math.max(leastMs, first - now))
    for (const { ring } of rung.sort((one, other) => one.due - other.due)) ring()
  }
}
const leastMs = 5
/** 24 days. */
const mostMs = 2 ** 31 - 1
