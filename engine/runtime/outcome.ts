import type { Finding } from '../core/finding.ts'

/**
 * How one attempt to change the configuration ended. `refused`: it is wrong or could not be started, and what ran before runs on;
 * `broken`: the same where nothing ran before.
 */
export interface Outcome {
  readonly kind: 'unchanged' | 'applied' | 'refused' | 'broken'
  /** Number of the revision that runs now; 0 where none does. */
  readonly revision: number
  readonly findings: readonly Finding[]
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly durationMs: number
}
