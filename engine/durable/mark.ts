import type { Json } from '../core/message.ts'
import type { Clock } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { writeHead } from './head.ts'

/** What a key is claimed for. */
export interface MarkClaim {
  /** See `markKey`. */
  readonly key: string
  /** The pipeline. */
  readonly group: string
  /** What came under the key; compared by whoever finds it done. */
  readonly print?: string | undefined
  /** Until when the work may go on, by `performance.now()`: the claim is not prolonged beyond. */
  readonly deadline: number
}

/** What is kept of work that is done. */
export interface MarkResult {
  readonly head: Json
  readonly body: Uint8Array
}

/** What the store has of a key. */
export type MarkHead =
  | { readonly state: 'claimed'; readonly owner: string }
  | { readonly state: 'done'; readonly print?: string | undefined; readonly result: Json }

export interface MarkOptions extends MarkClaim {
  readonly store: Store
  readonly clock: Clock
  /** The entry's. */
  readonly version: number
  /** When the claim ends, unless it is prolonged: milliseconds since the epoch. */
  readonly until: number
  /** Called when it is held no more. */
  readonly ended: () => void
}

/** A key that this process works on. Whoever has one says what became of it, once. */
export class Mark {
  readonly group: string
  readonly #options: MarkOptions
  #version: number
  #until: number
  #renewal: Promise<void> | undefined

  constructor(options: MarkOptions) {
    this.group = options.group
    this.#options = options
    this.#version = options.version
    this.#until = options.until
  }

  /** The work is done: from here on it is not done again for so long. Gives false where the claim was lost meanwhile. Rejects with STORE. */
  async done({ head: result, body }: MarkResult, keepMs: number): Promise<boolean> {
    const { store, clock, key, group, print } = this.#options
    await this.#end()
    const head: MarkHead = { state: 'done', ...(print === undefined ? {} : { print }), result }
    const put = { kind: 'mark', key, group, head: writeHead(head), body, expires: clock.now() + keepMs } as const
    return (await store.commit([{ put, expect: this.#isOver ? 'absent' : this.#version }])) === undefined
  }

  /** The work is not done: whoever comes next may do it. Rejects with STORE; then the claim ends by itself. */
  async release(): Promise<void> {
    const { store, key } = this.#options
    await this.#end()
    if (!this.#isOver) await store.commit([{ remove: { kind: 'mark', key }, expect: this.#version }])
  }

  /** For so long from now on, but not beyond its deadline. Rejects with STORE. */
  async renew(ms: number): Promise<void> {
    if (this.#renewal !== undefined || performance.now() > this.#options.deadline) return
    this.#renewal = this.#renew(ms).finally(() => {
      this.#renewal = undefined
    })
    await this.#renewal
  }

  async #renew(ms: number): Promise<void> {
    const { store, clock, key } = this.#options
    const until = clock.now() + ms
    if (this.#isOver || (await store.commit([{ update: { kind: 'mark', key, expires: until }, expect: this.#version }])) !== undefined)
      return
    this.#version++
    this.#until = until
  }

  /** Then it is gone, or another's, whose version may be the same. */
  get #isOver(): boolean {
    return this.#options.clock.now() >= this.#until
  }

  async #end(): Promise<void> {
    this.#options.ended()
    // Told by whoever renews.
    await this.#renewal?.catch(() => undefined)
  }
}
