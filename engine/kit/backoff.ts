/** How long to wait before trying again, in milliseconds. */
export interface Backoff {
  /** The longest first wait; doubled with every attempt. */
  readonly delayMs: number
  readonly maxDelayMs: number
}

/** Of a connection that was lost: at most 100 ms, doubled each time, at most 5 s. */
export const reconnecting: Backoff = { delayMs: 100, maxDelayMs: 5000 }

/** Full jitter: a random part of the longest wait, so that many clients of one system do not come back together. `attempt` counts from 1; `random` is in [0, 1). */
export function backoff(attempt: number, { delayMs, maxDelayMs }: Backoff, random = Math.random()): number {
  // 2^30 times anything is above every longest wait, and no infinity.
  const longest = Math.min(maxDelayMs, delayMs * 2 ** Math.min(attempt - 1, 30))
  return Math.ceil(random * longest)
}
