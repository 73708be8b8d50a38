import { setImmediate } from 'node:timers/promises'

const shareMs = 10

/** Lets a long loop share the thread: `due` says when it has had its turn, `yield` lets everybody else have theirs. */
export class Pace {
  #since = performance.now()

  get due(): boolean {
    return performance.now() - this.#since > shareMs
  }

  async yield(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}
