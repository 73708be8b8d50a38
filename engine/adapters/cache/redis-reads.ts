import type { Redis } from 'ioredis'
import { asSluiceError } from '../../core/errors.ts'
import type { RedisLink } from './redis-link.ts'

/**
 * Reads of one turn of the event loop as one command: what Redis and its client spend on a command is spent once for all of them. A key without a
 * text may hold something else, which only a read of its own tells.
 */
export class RedisReads<Value> {
  readonly #link: RedisLink
  readonly #read: (text: string | null) => Value
  #waiting: Waiting<Value>[] = []
  /** Until the server refuses to answer for several keys: it may be a proxy of many, or give no right to it. */
  #together = true

  constructor(link: RedisLink, read: (text: string | null) => Value) {
    this.#link = link
    this.#read = read
  }

  get(key: string): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(this.#send)
      else if (this.#waiting.length === most) this.#send()
    })
  }

  readonly #send = (): void => {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    if (waiting.length === 1 || !this.#together) {
      for (const one of waiting) this.#alone(one)
      return
    }
    const mget = (client: Redis): Promise<readonly (string | null)[]> => client.mget(waiting.map(({ key }) => key))
    this.#link.call(mget, waiting.length).then(
      texts => waiting.forEach((one, at) => void this.#answer(one, texts[at] ?? null)),
      thrown => this.#refused(waiting, thrown),
    )
  }

  #answer(one: Waiting<Value>, text: string | null): void {
    if (text === null) this.#alone(one)
    else this.#settle(one, text)
  }

  #alone(one: Waiting<Value>): void {
    this.#link.call(client => client.get(one.key)).then(text => this.#settle(one, text), one.reject)
  }

  #refused(waiting: readonly Waiting<Value>[], thrown: unknown): void {
    const error = asSluiceError(thrown)
    const mayNot = error.code === 'UPSTREAM_REFUSED' && error.retry === 'never'
    if (mayNot) this.#together = false
    for (const one of waiting) {
      if (mayNot) this.#alone(one)
      else one.reject(error)
    }
  }

  #settle({ resolve, reject }: Waiting<Value>, text: string | null): void {
    try {
      resolve(this.#read(text))
    } catch (error) {
      reject(error)
    }
  }
}

interface Waiting<Value> {
  readonly key: string
  readonly resolve: (value: Value) => void
  readonly reject: (thrown: unknown) => void
}

/** Keys in one command. */
const most = 256
