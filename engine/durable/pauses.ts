import type { Clock } from '../core/ports.ts'
import type { Store } from '../core/store.ts'

/** The pipelines whose queues are paused, with when that was; it survives a restart. */
export async function listPauses(store: Store): Promise<ReadonlyMap<string, number>> {
  const entries = await store.list({ kind: 'fact', group, limit: most })
  return new Map(entries.map(({ key, head }) => [key.slice(prefix.length), typeof head === 'number' ? head : 0]))
}

/** Its messages are kept, and not run. */
export async function pause(store: Store, pipeline: string, clock: Clock): Promise<void> {
  await store.commit([{ put: { kind: 'fact', key: prefix + pipeline, group, head: clock.now() } }])
}

export async function resume(store: Store, pipeline: string): Promise<void> {
  await store.commit([{ remove: { kind: 'fact', key: prefix + pipeline } }])
}

const group = 'queue/paused'
const prefix = 'queue/paused/'
/** More pipelines than a configuration has. */
const most = 100_000
