import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Store } from '../core/store.ts'

/** How long its state can be asked for, in milliseconds. */
export const receiptMs = 86_400_000

/**
 * Makes the ids of queued messages, and tells those that it made: an id is the correlation id, a dot, when it was made, and a seal under a key
 * that is in the store. So what is neither on a queue nor among the dead letters is known to be done, without a row for every message that ever was.
 */
export class Receipts {
  readonly #store: Store
  #key: Promise<string> | undefined
  #known: string | undefined
  #count = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** A new id at each call. Rejects with STORE. */
  make(correlation: string, now: number): string | Promise<string> {
    const text = `${correlation}.${now.toString(36)}${(this.#count++ % countMost).toString(36).padStart(3, '0')}`
    return this.#known === undefined ? this.#load().then(key => text + seal(key, text)) : text + seal(this.#known, text)
  }

  /** When it was made, in milliseconds since the epoch; undefined for what is not one of these. Rejects with STORE. */
  async madeAt(id: string): Promise<number | undefined> {
    const text = id.slice(0, -sealLength)
    const given = Buffer.from(id.slice(-sealLength))
    const expected = Buffer.from(seal(await this.#load(), text))
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    return Number.parseInt(text.slice(text.lastIndexOf('.') + 1, -3), 36)
  }

  #load(): Promise<string> {
    this.#key ??= this.#loadOnce().catch(error => {
      this.#key = undefined
      throw error
    })
    return this.#key
  }

  /** Whoever comes first in the cluster makes the key. */
  async #loadOnce(): Promise<string> {
    const found = await this.#store.get('fact', keyName)
    if (found !== undefined) {
      this.#known = Buffer.from(found.body).toString('base64url')
      return this.#known
    }
    await this.#store.commit([{ put: { kind: 'fact', key: keyName, body: randomBytes(32) }, expect: 'absent' }])
    return await this.#loadOnce()
  }
}

const keyName = 'queue/seal'
/** Of ids made in one millisecond. */
const countMost = 36 ** 3
const sealLength = 16

/** Half of a hash with the key on both sides tells nothing of the other half. An Hmac object costs as much as the rest of taking a message. */
const seal = (key: string, text: string): string => hash('sha256', key + text + key, 'base64url').slice(0, sealLength)
