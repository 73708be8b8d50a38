import type { SluiceError } from '../core/errors.ts'
import type { Cut } from '../core/scope.ts'
import type { ClaimedMessage } from '../durable/queue.ts'

/** A queued message that is being run. Its signal is made when somebody asks for it. */
export class Run implements Cut {
  readonly message: ClaimedMessage
  /** Settles when its entry is settled. */
  ended: Promise<void> = Promise.resolve()
  /** Its lease is another's: it is no longer this process that says what became of it. */
  lost = false
  #controller: AbortController | undefined
  #reason: SluiceError | undefined

  constructor(message: ClaimedMessage) {
    this.message = message
  }

  get gone(): boolean {
    return this.#reason !== undefined
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** It is to end: the process stops, or another one works on it. */
  give(reason: SluiceError): void {
    this.#reason ??= reason
    this.#controller?.abort(reason)
  }
}
