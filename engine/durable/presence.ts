import type { Clock, Logger } from '../core/ports.ts'
import type { Change, Store } from '../core/store.ts'

export interface PresenceOptions {
  readonly store: Store
  readonly node: string
  readonly clock: Clock
  readonly log: Logger
}

/** A node that was not heard of for so long is gone, in milliseconds; and how often it says that it is there. */
const goneMs = 30_000
const sayMs = 10_000

/** On which nodes a channel is open, so that a start of the cluster can be told from that of one more node. */
export class Presence {
  readonly #options: PresenceOptions
  /** Channels that were open in this process: its start comes once. */
  readonly #begun = new Set<string>()
  readonly #present = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** True once for each channel in this process. */
  begin(channel: string): boolean {
    return !this.#begun.has(channel) && this.#begun.add(channel) !== undefined
  }

  /** Whether this node is the first that has the channel, of all that are there: true once, then `changes` are made with it. Rejects with STORE. */
  async first(channel: string, changes: readonly Change[]): Promise<boolean> {
    const { store } = this.#options
    if (this.#begun.has(channel)) {
      await store.commit([this.#say(channel)])
      this.#enter(channel)
      return false
    }
    const started = await store.get('fact', startKey(channel))
    const others = await store.list({ kind: 'lease', group: groupOf(channel), limit: 1 })
    const put = { kind: 'fact', key: startKey(channel), group: 'start', head: this.#options.node } as const
    // Of nodes that start together and see nobody, one finds the fact as it was.
    const claim: readonly Change[] = others.length > 0 ? [] : [{ put, expect: started?.version ?? 'absent' }, ...changes]
    const conflict = await store.commit([...claim, this.#say(channel)])
    if (conflict !== undefined) await store.commit([this.#say(channel)])
    this.#begun.add(channel)
    this.#enter(channel)
    return conflict === undefined && others.length === 0
  }

  /** It is open here no more. Rejects with STORE; then it is told gone by its age. */
  async leave(channel: string): Promise<void> {
    if (!this.#present.delete(channel)) return
    if (this.#present.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    await this.#options.store.commit([{ remove: { kind: 'lease', key: this.#keyOf(channel) } }])
  }

  #enter(channel: string): void {
    this.#present.add(channel)
    this.#timer ??= setInterval(() => this.#sayAll(), sayMs).unref()
  }

  #sayAll(): void {
    this.#options.store
      .commit([...this.#present].map(channel => this.#say(channel)))
      .catch(error => this.#options.log.warn('presence', { error }))
  }

  #say(channel: string): Change {
    const expires = this.#options.clock.now() + goneMs
    return { put: { kind: 'lease', key: this.#keyOf(channel), group: groupOf(channel), due: expires, expires } }
  }

  #keyOf(channel: string): string {
    return `${groupOf(channel)}/${this.#options.node}`
  }
}

const groupOf = (channel: string): string => `open/${channel}`
const startKey = (channel: string): string => `start/${channel}`
