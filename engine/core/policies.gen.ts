// Generated from schemas/ by `npm run generate`. Do not edit.
import type { Duration, Size } from './duration.ts'
import type { Tree } from './expression.ts'
import type { Secret } from './secret.ts'

/** Leaves a system alone that fails too often: after so many failures in a row, or half of the last calls, calls fail at once with BREAKER_OPEN; after a pause one call is let through as a probe. Refusals of the called system (4xx) never count. */
export type BreakerPolicy = {
  /** Failures in a row that open it. */
  readonly failures: number
  /** It also opens when half of at least `calls` calls in this time failed. */
  readonly window: Duration
  /** The least number of calls in `window` from which half may open it. */
  readonly calls: number
  /** How long it stays open; doubled at each probe that fails. */
  readonly pause: Duration
  /** The longest pause. */
  readonly maxPause: Duration
}

/** A message whose key came before is not run again. The same key from another principal is another one. */
export type IdempotencyPolicy = {
  /** What two deliveries of one message have in common. By default what the channel’s protocol has for it: the header `Idempotency-Key` of http, the WS-Addressing `MessageID` of soap, the message id of amqp; other channels need one. `$` is the input. A message whose key is nothing is refused (400). */
  readonly key?: Tree | undefined
  /** How long a key is remembered, from the end of its run. */
  readonly within: Duration
  /** A larger reply is not kept: its message is not run again, and whoever repeats it is told so (409). */
  readonly maxReply: Size
}

/** How much may wait on the durable queue of a pipeline, and how long. Above it callers get 503 with Retry-After. */
export type QueuePolicy = {
  /** Messages that wait or run, at most. */
  readonly maxMessages: number
  /** What they take in the store, at most. */
  readonly maxBytes: Size
  /** A message that was not run within this goes to the dead letters. */
  readonly maxAge: Duration
}

/** At most so many in a time, spread evenly (a token bucket that holds `count`). */
export type RateLimitPolicy = {
  /** How many. */
  readonly count: number
  /** In what time. */
  readonly per: Duration
}

/** How often and when a message whose run failed is given again, before it goes to the dead letters. `redelivery: 3` is three runs in all. The pause after run n is a random part of `delay * backoff^(n-1)`, at least what the called system asked for, at most `maxDelay`. What can never help (an error whose row of the table says so, a `fail` with a status below 500) goes to the dead letters at once; what was not tried at all, since the gateway or a breaker held it back, is given again without being counted. */
export type RedeliveryPolicy = {
  /** Runs in all, the first one counted. `1`: none is repeated. */
  readonly attempts: number
  /** The longest pause after the first run. */
  readonly delay: Duration
  /** By how much that grows from one run to the next. */
  readonly backoff: number
  /** No pause is longer. */
  readonly maxDelay: Duration
}

/** A reply is kept for a time, and given again to whoever asks with the same key. Those who ask while the first is being worked on wait for its reply. */
export type ReplyCachePolicy = {
  /** What two messages have in common that get the same reply; `$` is the input. By default the whole input, path, query, and who sent it. A message whose key is nothing is run, and its reply is not kept. */
  readonly key?: Tree | undefined
  /** How long a reply is given again, from its run on. */
  readonly ttl: Duration
  /** `memory:`, this process, lost with it; or `durable:`, the gateway’s own store: replies survive a crash, and are shared by nodes that share the store. */
  readonly store: 'memory:' | 'durable:'
  /** The most replies kept: in memory the one that was asked for longest ago goes first; in the gateway’s own store the one kept longest, when about a twentieth more was kept. */
  readonly maxEntries: number
  /** The most bytes kept, likewise. A larger reply is not kept. */
  readonly maxBytes: Size
}

/** How often and when a failed attempt is made again. `retry: 3` is three attempts in all. The pause before attempt n is a random part of `delay * backoff^(n-1)`, at most `maxDelay`. What the error table says can never help is not tried again; what may have happened (a timeout after a POST) only where the call is idempotent. */
export type RetryPolicy = {
  /** How often in all, the first one counted. `1` switches retrying off. */
  readonly attempts: number
  /** The longest pause before the second attempt. */
  readonly delay: Duration
  /** By how much that grows from one attempt to the next. */
  readonly backoff: number
  /** No pause is longer. */
  readonly maxDelay: Duration
  /** Only for these errors: codes of the error table, or what the called system answered (`"503"`, `5xx`). Empty: whatever may be tried again. */
  readonly on: readonly string[]
}

/** How the other side of a TLS connection is verified, and who we are to it. */
export type TlsOptions = {
  /** Certificates (PEM) of the authorities to trust instead of the system’s. */
  readonly ca?: Secret | undefined
  /** Our own certificate and its chain (PEM). */
  readonly certificate?: Secret | undefined
  /** Its private key (PEM). */
  readonly key?: Secret | undefined
  /** Takes any certificate. For tests only: it is reported as a warning. */
  readonly insecure: boolean
}
