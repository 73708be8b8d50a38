// Generated from schemas/ by `npm run generate`. Do not edit.
import type { Duration } from './duration.ts'
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

/** At most so many in a time, spread evenly (a token bucket that holds `count`). */
export type RateLimitPolicy = {
  /** How many. */
  readonly count: number
  /** In what time. */
  readonly per: Duration
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
