import { pause } from '../compile/pause.ts'
import { spendsAttempt } from '../compile/redelivery.ts'
import type { Handle } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Inbound, Reply } from '../core/message.ts'
import { type Cut, Scope } from '../core/scope.ts'

/** The most messages of one channel that wait to be given again; what is more is handed back to its source. */
const mostHeld = 1_000

/**
 * Keeps messages of one consumer, whose source cannot give them again, unacknowledged until it is time to run them again. Each run meets the
 * revision of its moment. Closing ends every wait at once: what waited is handed back to its source.
 */
export class Hold {
  readonly #run: Handle
  readonly #held = new Set<Scope>()
  #closed = false

  constructor(run: Handle) {
    this.#run = run
  }

  readonly handle: Handle = (inbound, cut) => this.#run(inbound, cut).catch(thrown => this.#again(thrown, inbound, cut))

  /** Idempotent. */
  close(): void {
    this.#closed = true
    for (const scope of this.#held) scope.cancel(new SluiceError('CANCELLED', 'a message that waits to be given again is handed back'))
  }

  async #again(first: unknown, inbound: Inbound, cut: Cut | undefined): Promise<Reply> {
    for (let thrown = first, current = inbound; ; ) {
      const error = asSluiceError(thrown)
      const ms = error.detail.delayMs
      if (ms === undefined || this.#closed || this.#held.size >= mostHeld) throw error
      await this.#wait(ms, inbound, cut)
      if (spendsAttempt(error)) current = { ...current, redelivered: (current.redelivered ?? 0) + 1 }
      try {
        return await this.#run(current, cut)
      } catch (again) {
        thrown = again
      }
    }
  }

  async #wait(ms: number, { id = '' }: Inbound, cut: Cut | undefined): Promise<void> {
    const scope = new Scope({ id, cut, deadline: performance.now() + ms })
    this.#held.add(scope)
    try {
      await pause(ms, scope)
    } finally {
      this.#held.delete(scope)
      scope.release()
    }
  }
}
