import type { Body } from '../core/message.ts'
import type { NamedFormat } from './formats.ts'

/** How to read bytes that nobody has read yet. */
export interface Unread {
  readonly contentType: string | undefined
  /** Undefined where no format reads them. */
  readonly format: NamedFormat | undefined
  decode(): Body
}

/**
 * Bodies that passed in as bytes because no step looks into them. Where they go out in the format that they came in, they go byte for byte;
 * elsewhere they are read after all.
 */
export class UnreadBodies {
  readonly #how = new WeakMap<Uint8Array, Unread>()

  keep(bytes: Uint8Array, how: Unread): Uint8Array {
    this.#how.set(bytes, how)
    return bytes
  }

  /** Undefined for values, and for bytes that are a value. */
  of(body: Body): Unread | undefined {
    return body instanceof Uint8Array ? this.#how.get(body) : undefined
  }

  /** The value, whether or not it was read before. */
  read(body: Body): Body {
    const how = this.of(body)
    return how === undefined ? body : how.decode()
  }
}
