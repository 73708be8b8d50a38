import type { LiveConnector } from '../../compile/revision.ts'
import type { Json } from '../../core/message.ts'
import type { Mock } from './cases.ts'

/** The connectors of a test, and what was asked of them. */
export interface Systems {
  readonly connectors: ReadonlyMap<string, LiveConnector>
  /** Begins a test: other answers, nothing asked yet. */
  begin(answers: Readonly<Record<string, readonly Mock[]>>): void
  /** The calls since the last time. */
  take(): Calls
}

export interface Calls {
  /** Arguments by `connector.operation`, in order. */
  readonly made: ReadonlyMap<string, readonly Json[]>
  /** Sentences about calls that nothing was there to answer. */
  readonly unanswered: readonly string[]
}

/** Remembers calls by `connector.operation` until they are taken. */
export class CallBook {
  #made = new Map<string, Json[]>()
  #unanswered: string[] = []

  note(name: string, args: Json): void {
    const made = this.#made.get(name)
    if (made === undefined) this.#made.set(name, [args])
    else made.push(args)
  }
  noteUnanswered(sentence: string): void {
    this.#unanswered.push(sentence)
  }
  take(): Calls {
    const calls = { made: this.#made, unanswered: this.#unanswered }
    this.#made = new Map()
    this.#unanswered = []
    return calls
  }
}
