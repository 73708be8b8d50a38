import { inspect } from 'node:util'

/** A value that prints as `***` wherever it is printed, logged, thrown or serialised. */
export class Secret {
  readonly #value: string
  readonly #shown: string

  /** `shown` is what may be seen of it: an address without its user info. */
  constructor(value: string, shown = '***') {
    this.#value = value
    this.#shown = shown
  }
  /** The clear text. Only adapters and security call it, at the moment of use. */
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return this.#shown
  }
  toJSON(): string {
    return this.#shown
  }
  [inspect.custom](): string {
    return this.#shown
  }
}

/** An address whose user info is hidden: `redis://***@host:6379`. */
export const secretUrl = (text: string): Secret => new Secret(text, text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@'))
