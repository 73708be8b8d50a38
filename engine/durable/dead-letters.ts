import { randomBytes } from 'node:crypto'
import { formatSize } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'
import type { Inbound, Json } from '../core/message.ts'
import type { Clock } from '../core/ports.ts'
import type { Change, Entry, Store } from '../core/store.ts'
import { DeadLetterTally } from './dead-letter-tally.ts'
import { readHead } from './head.ts'
import { type StoredHead, type StoredMessage, storeMessage } from './stored-message.ts'

/** How many dead letters are kept, and how long. */
export interface DeadLetterBounds {
  readonly count: number
  /** Bodies and what is known of them, together. */
  readonly bytes: number
  /** Milliseconds from its death on. */
  readonly keepMs: number
}

/** What is kept where nobody says otherwise. */
export const standardBounds: DeadLetterBounds = { count: 100_000, bytes: 1024 ** 3, keepMs: 30 * 86_400_000 }

/** Why a message was given up. */
export interface Death {
  readonly pipeline: string
  /** By which channel it came, as `$meta.channel` names it. */
  readonly channel: string
  /** The id of that channel, whose format reads the body; undefined: its content type says how. */
  readonly via?: string | undefined
  /** An author's own code, or a row of the table. */
  readonly code: string
  readonly message: string
  readonly status: number
  readonly step?: string | undefined
  readonly connector?: string | undefined
  /** `file:line:column` of the step. */
  readonly where?: string | undefined
  readonly violations?: Json | undefined
  /** How often it was run. */
  readonly attempts: number
}

/** A dead letter as it is listed. */
export interface DeadLetter extends Death {
  readonly id: string
  /** What is kept of the message beside its bytes: its correlation id, headers, source. */
  readonly original: StoredHead
  /** Bytes of its body. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly diedAt: number
  /** When it is forgotten. */
  readonly expires: number | undefined
  /** By which a change that came in between is told. */
  readonly version: number
  /** Its place among all. */
  readonly sequence: number
}

export interface DeadLetterOptions {
  readonly store: Store
  readonly clock: Clock
  readonly bounds: DeadLetterBounds
}

/** Messages that were given up, as they came in. Kind `dead`, group: the pipeline, head: all but the body. */
export class DeadLetters {
  readonly #store: Store
  readonly #clock: Clock
  readonly #bounds: DeadLetterBounds
  readonly tally: DeadLetterTally

  constructor({ store, clock, bounds }: DeadLetterOptions) {
    this.#store = store
    this.tally = new DeadLetterTally(store)
    this.#clock = clock
    this.#bounds = bounds
  }

  /**
   * Gives the letter's id; `besides` is what else happens in the commit that keeps it. Rejects with STORE where it is not kept: the store is away, or
   * there are too many letters already.
   */
  async put(
    inbound: Inbound & { readonly id: string },
    receivedAt: number,
    death: Death,
    besides: readonly Change[] = [],
  ): Promise<string> {
    const { head: original, body } = await storeMessage(inbound, receivedAt)
    await this.#check(body.byteLength)
    const now = this.#clock.now()
    const key = letterId(inbound)
    const head = plain({ ...death, original, diedAt: now })
    const { keepMs } = this.#bounds
    const put: Change = { put: { kind: 'dead', key, group: death.pipeline, head, body, expires: now + keepMs }, expect: 'absent' }
    // A letter of this id that is there already is the same message's.
    if ((await this.#store.commit([put, ...besides])) === undefined) this.tally.added(death.pipeline, body.byteLength)
    return key
  }

  /** All of them, or those of a pipeline, the newest first, beyond a sequence where one is given; page by page, each when it is asked for. */
  async *all(pipeline: string | undefined, beyond?: number): AsyncGenerator<readonly DeadLetter[], void, undefined> {
    for (let after = beyond; ; ) {
      const entries = await this.#store.list({ kind: 'dead', group: pipeline, after, newestFirst: true, limit: pageSize })
      if (entries.length > 0) yield entries.map(letter)
      after = entries.at(-1)?.sequence
      if (entries.length < pageSize) return
    }
  }

  /** One with its body. */
  async get(id: string): Promise<{ readonly letter: DeadLetter; readonly message: StoredMessage } | undefined> {
    const entry = await this.#store.get('dead', id)
    if (entry === undefined) return undefined
    const found = letter(entry)
    return { letter: found, message: { head: found.original, body: entry.body } }
  }

  /** Takes letters away, each with what else is to happen in the same commit; gives false where one of them is another by now: then nothing was done. */
  async take(letters: readonly DeadLetter[], besides: readonly Change[] = []): Promise<boolean> {
    const removed = letters.map(({ id, version }): Change => ({ remove: { kind: 'dead', key: id }, expect: version }))
    const conflict = await this.#store.commit([...removed, ...besides])
    return conflict === undefined
  }

  async #check(size: number): Promise<void> {
    const { count, bytes } = this.#bounds
    const there = await this.tally.total()
    if (there.count < count && there.bytes + size <= bytes) return
    throw new SluiceError('STORE', `there are ${there.count} dead letters, at most ${count} or ${formatSize(bytes)}: replay or drop some`)
  }
}

/** A message that was on a queue keeps the id of its receipt, by which callers ask for it: should a crash come before it is off the queue, there is still one letter. */
const letterId = ({ source }: Inbound): string => (typeof source.receipt === 'string' ? source.receipt : randomBytes(8).toString('hex'))

/** How many are listed at a time. */
const pageSize = 500

/** Only `put` writes heads of this kind. */
const letter = ({ key, size, expires, version, sequence, head }: Entry): DeadLetter => ({
  ...readHead<Omit<DeadLetter, 'id' | 'size' | 'expires' | 'version' | 'sequence'>>(head),
  ...{ id: key, size, expires, version, sequence },
})

/** Without what is undefined, as a store gives it back. */
const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value))
