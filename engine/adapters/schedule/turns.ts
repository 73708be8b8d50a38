import type { Host } from '../../core/component.ts'
import { asSluiceError } from '../../core/errors.ts'
import type { Sleeps } from './sleeps.ts'

/** How long to wait where the store is away, in milliseconds. */
const storePause = 5_000

/** Why a channel is degraded: its last run failed, the store is away. */
interface Troubles {
  run?: string | undefined
  store?: string | undefined
}

/** What one channel does with the store, one thing at a time; and its status, which tells how that and its runs went. */
export class Turns {
  readonly #host: Host
  readonly #sleeps: Sleeps
  readonly #troubles: Troubles = {}
  #last: Promise<void> = Promise.resolve()
  #ended = false

  constructor(host: Host, sleeps: Sleeps) {
    this.#host = host
    this.#sleeps = sleeps
  }

  /** Whether the turn before failed. */
  get troubled(): boolean {
    return this.#troubles.store !== undefined
  }

  /** `work` rejects where the store is away; then it is done again. */
  take(what: string, work: () => Promise<void>): void {
    if (this.#ended) return
    this.#last = this.#last.then(work).then(
      () => this.tell({ store: undefined }),
      thrown => {
        this.tell({ store: `${what}: ${asSluiceError(thrown).reason}` })
        this.#sleeps.sleep(storePause, () => this.take(what, work))
      },
    )
  }

  tell(trouble: Troubles): void {
    Object.assign(this.#troubles, trouble)
    const reason = this.#troubles.store ?? this.#troubles.run
    this.#host.status(reason === undefined ? { state: 'ready' } : { state: 'degraded', reason })
  }

  /** Takes no more; resolves when the last one is over. */
  end(): Promise<void> {
    this.#ended = true
    return this.#last
  }
}
