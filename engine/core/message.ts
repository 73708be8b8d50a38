/** What JSON can say. Values are never mutated once they are in a message. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Names are lower case. A header that came more than once is a list; numbers and booleans occur in AMQP and JMS. */
export type Headers = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** What a message carries: a value, bytes that nobody has read yet, or a large thing (sized, replayable, file-backed); `undefined` is "no body". */
export type Body = Json | Uint8Array | Blob | undefined

/** Bytes before any format is known, or a value where the protocol has no bytes to show: a SOAP body, an SQL row, a tick. */
export type Content = Uint8Array | Blob | { readonly value: Body }

/** One delivery as a channel hands it in. */
export interface Inbound {
  readonly body: Content
  readonly contentType?: string | undefined
  readonly headers: Headers
  /** `path`, `query` (what `$params` and `$query` show), and what the source knows besides: queue, file name, tick. All of it is in `$meta`. */
  readonly source: Source
  /** The correlation id; the engine makes one where it is absent or not well-formed. */
  readonly id?: string | undefined
  readonly traceparent?: string | undefined
  /** Attempts already made, where the protocol counts them. */
  readonly redelivered?: number | undefined
  /** How many of those ended with the process: one that has spent its attempts so is not run any more. */
  readonly crashed?: number | undefined
  /** When it first came in, in milliseconds since the epoch, where it came before; absent: now. */
  readonly receivedAt?: number | undefined
  readonly principal?: Principal | undefined
}

export interface Source {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly [key: string]: Json | undefined
}

/** What a channel sends back. Bytes again where the channel speaks bytes: formats are the engine's business, not the adapter's. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Content
  readonly contentType?: string | undefined
  /** The message failed and lies with the dead letters: the error's code. */
  readonly buried?: string | undefined
  /** The message was acknowledged before it is run: resolves when that has ended, well or not. */
  readonly ended?: Promise<void> | undefined
}

/** What flows through the steps of one pipeline. Immutable: a step gives back another one. */
export interface Message {
  readonly body: Body
  /** `$input`: the body as it came in, checked; it never changes. */
  readonly input: Body
  /** Everything bound by `as`, `set` and blocks (`item`, `index`, `error`). A branch sees its parents', never its siblings'. */
  readonly vars: Readonly<Record<string, Body>>
  /** `$last`: what the last call answered besides its body. */
  readonly last?: { readonly status?: number | undefined; readonly headers?: Headers | undefined; readonly found?: boolean | undefined }
  /** Set by `respond`: the sequence ends where it is set. */
  readonly reply?: { readonly status: number; readonly headers: Headers }
  /** One object per delivery, shared by reference by every copy. */
  readonly origin: Origin
}

/** Where a message came from: the same for all its copies, and for every pipeline that it is passed to by `invoke`. */
export interface Origin {
  readonly id: string
  readonly pipeline: string
  readonly channel: string
  readonly headers: Headers
  readonly source: Source
  readonly principal?: Principal | undefined
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
}

/** Who sent it, as an authentication method says. */
export interface Principal {
  readonly name: string
  readonly method: string
  readonly claims: { readonly [key: string]: Json }
}
