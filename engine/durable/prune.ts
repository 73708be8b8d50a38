import type { Store, StoreKind } from '../core/store.ts'

/** How much one group of a kind may be: entries, and bytes of their heads and bodies. */
export interface Bounds {
  readonly count: number
  readonly bytes: number
}

/** Removes what came first where there is more than the bounds allow. */
export async function prune(store: Store, kind: StoreKind, group: string, { count, bytes }: Bounds): Promise<void> {
  const [found] = await store.measure(kind, group)
  let [over, overBytes] = [(found?.count ?? 0) - count, (found?.bytes ?? 0) - bytes]
  while (over > 0 || overBytes > 0) {
    const oldest = await store.list({ kind, group, limit: 200 })
    const leaving = oldest.filter(({ size }) => {
      if (over <= 0 && overBytes <= 0) return false
      over--
      overBytes -= size
      return true
    })
    if (leaving.length === 0) return
    await store.commit(leaving.map(({ key }) => ({ remove: { kind, key } })))
  }
}
