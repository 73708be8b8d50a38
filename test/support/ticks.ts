import type { Clock, Logger } from '../../engine/core/ports.ts'
import type { Store } from '../../engine/core/store.ts'
import type { TickOutcome } from '../../engine/core/ticks.ts'
import { Leases } from '../../engine/durable/leases.ts'
import { Presence } from '../../engine/durable/presence.ts'
import { StoredTicks } from '../../engine/durable/ticks.ts'

export interface TestTicksOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly node?: string
  readonly presence?: Presence
  /** A day by default: leases are renewed by the time of the machine, which a test's own clock does not know. */
  readonly leaseMs?: number
  readonly ticked?: (channel: string, outcome: TickOutcome, count: number) => void
}

/** The ticks of one channel as the runtime makes them, for one node. */
export function testTicks(channel: string, store: Store, options: TestTicksOptions): StoredTicks {
  const { clock, log, node = 'test', leaseMs = 86_400_000, ticked = () => {} } = options
  const leases = new Leases({ store, kind: 'tick', owner: node, leaseMs, renewMs: 10_000, marginMs: 5_000, log })
  const presence = options.presence ?? new Presence({ store, node, clock, log })
  return new StoredTicks({ channel, store, node, clock, leases, presence, ticked })
}
