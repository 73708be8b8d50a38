/** What goes on in one revision: how much, and when it is over. */
export class Activity {
  #count = 0
  #waiting: (() => void)[] = []

  get count(): number {
    return this.#count
  }

  enter(): void {
    this.#count++
  }

  leave(): void {
    this.#count--
    if (this.#count > 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  /** Counts work that outlives its message. */
  track(work: Promise<unknown>): void {
    this.enter()
    const leave = (): void => this.leave()
    work.then(leave, leave)
  }

  drained(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise(resolve => this.#waiting.push(resolve))
  }
}
