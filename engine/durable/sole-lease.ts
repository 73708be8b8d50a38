import type { Store } from '../core/store.ts'
import type { Held, Leases } from './leases.ts'

/** What only one node does at a time. */
export interface SoleLease extends Held {
  /** Gives it back, so that another node can have it at once. Rejects with STORE; then it ends by itself. */
  giveBack(): Promise<void>
}

export interface AcquireOptions {
  readonly store: Store
  readonly owner: string
  readonly leases: Leases
  /** Called once where the lease may be another's. */
  readonly lost: () => void
}

/** Undefined where another node has it. Rejects with STORE. */
export async function acquire(name: string, { store, owner, leases, lost }: AcquireOptions): Promise<SoleLease | undefined> {
  const group = `sole/${name}`
  const claim = async (): Promise<number | undefined> => {
    const [entry] = await store.claim({ kind: 'lease', group, owner, leaseMs: leases.leaseMs, limit: 1, bytes: 1 })
    return entry?.version
  }
  const before = performance.now()
  let version = await claim()
  if (version === undefined) {
    // Where nobody has it, nothing is there: who gives it back removes it.
    const conflict = await store.commit([{ put: { kind: 'lease', key: group, group }, expect: 'absent' }])
    if (conflict !== undefined) return undefined
    version = await claim()
  }
  if (version === undefined) return undefined
  const held = leases.hold(group, before, lost)
  return {
    get sure() {
      return held.sure
    },
    release: held.release,
    giveBack: async () => {
      held.release()
      await store.commit([{ remove: { kind: 'lease', key: group }, expect: version }])
    },
  }
}
