import { createHash } from 'node:crypto'
import { asSluiceError } from '../core/errors.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { readHead } from './head.ts'
import { Mark, type MarkClaim, type MarkHead, type MarkResult } from './mark.ts'

export interface MarksOptions {
  readonly store: Store
  /** This process, unique in the cluster: who holds a claim. */
  readonly node: string
  readonly clock: Clock
  readonly log: Logger
}

/** How a key was found. `claimed`: somebody works on it. */
export type Marked =
  | { readonly kind: 'ours'; readonly mark: Mark }
  | { readonly kind: 'claimed' }
  | { readonly kind: 'done'; readonly print: string | undefined; readonly result: MarkResult }

/** How long a claim outlives a process that died with it, and how often it is prolonged, in milliseconds. */
const claimMs = 30_000
const renewMs = claimMs / 3

/** How often a key is looked at that changes hands meanwhile. */
const tries = 5

/**
 * Keys whose work is to be done once: claimed while it is worked on, then done, with the result, until they are forgotten. A claim ends by itself: a
 * crash leaves one that the next who comes takes over. One in a process; it outlives every revision.
 */
export class Marks {
  readonly #options: MarksOptions
  readonly #held = new Set<Mark>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: MarksOptions) {
    this.#options = options
  }

  /** Rejects with STORE. */
  async claim(claim: MarkClaim): Promise<Marked> {
    const { store } = this.#options
    for (let left = tries; left > 0; left--) {
      const until = this.#options.clock.now() + claimMs
      if (await this.#put(claim, until, undefined)) return this.#ours(claim, until, 1)
      const found = await store.get('mark', claim.key)
      if (found === undefined) continue
      const marked = readHead<MarkHead>(found.head)
      if (marked.state === 'done') return { kind: 'done', print: marked.print, result: { head: marked.result, body: found.body } }
      if (!this.#isOrphan(marked.owner)) return { kind: 'claimed' }
      if (await this.#put(claim, until, found.version)) return this.#ours(claim, until, found.version + 1)
    }
    return { kind: 'claimed' }
  }

  async #put({ key, group }: MarkClaim, expires: number, version: number | undefined): Promise<boolean> {
    const { store, node } = this.#options
    const head: MarkHead = { state: 'claimed', owner: node }
    const put = { kind: 'mark', key, group, head, expires } as const
    return (await store.commit([{ put, expect: version ?? 'absent' }])) === undefined
  }

  /** A store of one process has claims of another only where that one died. */
  #isOrphan(owner: string): boolean {
    const { store, node } = this.#options
    return !store.shared && owner !== node
  }

  #ours(claim: MarkClaim, until: number, version: number): Marked {
    const { store, clock } = this.#options
    const mark = new Mark({ ...claim, store, clock, version, until, ended: () => this.#drop(mark) })
    this.#held.add(mark)
    this.#timer ??= setInterval(() => void this.#renew(), renewMs).unref()
    return { kind: 'ours', mark }
  }

  /** Never rejects: what is not prolonged ends by itself. */
  async #renew(): Promise<void> {
    for (const mark of this.#held)
      await mark
        .renew(claimMs)
        .catch(error => this.#options.log.warn('mark', { pipeline: mark.group, doing: 'renew', error: asSluiceError(error) }))
  }

  #drop(mark: Mark): void {
    this.#held.delete(mark)
    if (this.#held.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** Of parts of any length, as the store takes it; parts are told apart. */
export const markKey = (...parts: readonly (string | null)[]): string =>
  createHash('sha256')
    .update(Buffer.from(JSON.stringify(parts), 'utf16le'))
    .digest('base64url')
