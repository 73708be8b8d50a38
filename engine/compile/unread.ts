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
  keep(bytes: Uint8Array, how: Unread): Uint8Array {
    Mark.put(bytes, how)
    return bytes
  }

  /** Undefined for values, and for bytes that are a value. */
  of(body: Body): Unread | undefined {
    return body instanceof Uint8Array ? Mark.of(body) : undefined
  }

  /** The value, whether or not it was read before. */
  read(body: Body): Body {
    const how = this.of(body)
    return how === undefined ? body : how.decode()
  }
}

/** A constructor that gives what it is given: what is derived of it puts its private fields on that. */
class Given {
  constructor(bytes: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the point.
    return bytes
  }
}

/** A note on the bytes themselves, which nobody else can see. A WeakMap's entry for each message costs fifty times as much, garbage collection not counted. */
class Mark extends Given {
  #how: Unread

  private constructor(bytes: object, how: Unread) {
    super(bytes)
    this.#how = how
  }
  static put(bytes: object, how: Unread): void {
    if (#how in bytes) bytes.#how = how
    else new Mark(bytes, how)
  }
  static of(bytes: object): Unread | undefined {
    return #how in bytes ? bytes.#how : undefined
  }
}
