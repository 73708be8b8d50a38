import type { Finding } from '../core/finding.ts'
import type { Status } from '../core/ports.ts'
import type { Outcome } from '../runtime/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type QueueBody, queueBody } from './queues.ts'

/** What `GET /status` answers. Instants are ISO 8601 in UTC. */
export interface StatusBody {
  readonly ready: boolean
  readonly degraded: boolean
  /** Why it is degraded. */
  readonly reason?: string | undefined
  readonly revision: number
  readonly hash: string
  readonly since?: string | undefined
  readonly inFlight: number
  /** The newest first. */
  readonly outcomes: readonly OutcomeBody[]
  readonly components: readonly ComponentBody[]
  /** The durable queues that hold something, or are paused. */
  readonly queues: readonly QueueBody[]
}
export interface OutcomeBody {
  readonly kind: Outcome['kind']
  readonly revision: number
  readonly findings: readonly Finding[]
  readonly at: string
  readonly durationMs: number
}
export interface ComponentBody extends Status {
  readonly id: string
}

export function statusBody(runtime: Runtime): StatusBody {
  const now = runtime.status()
  const { ready, degraded, revision, hash, inFlight } = now
  return {
    ready,
    degraded: degraded !== undefined,
    reason: degraded,
    revision,
    hash,
    since: now.since === 0 ? undefined : instant(now.since),
    inFlight,
    outcomes: now.outcomes.map(outcomeBody),
    components: [...now.components].map(([id, { state, reason }]) => ({ id, state, reason })),
    queues: now.queues.map(queueBody),
  }
}

export const outcomeBody = (outcome: Outcome): OutcomeBody => ({ ...outcome, at: instant(outcome.at) })

const instant = (ms: number): string => new Date(ms).toISOString()
