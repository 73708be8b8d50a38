import type { Json } from '../../engine/core/message.ts'
import type { Measure, StoreKind } from '../../engine/core/store.ts'

/** An entry as the reference has it: its place in the list is its sequence. */
export interface Kept {
  readonly kind: StoreKind
  readonly key: string
  readonly group: string
  readonly lane: string
  readonly due: number
  readonly expires: number | undefined
  readonly version: number
  readonly lease: { readonly owner: string; readonly until: number } | undefined
  readonly head: Json
  readonly body: string
}

/** A change whose condition is already a version. */
export interface Made {
  readonly do: 'put' | 'update' | 'remove'
  readonly kind: StoreKind
  readonly key: string
  readonly facts: Partial<Pick<Kept, 'group' | 'lane' | 'due' | 'expires' | 'head' | 'body'>>
  readonly expect: 'absent' | number | undefined
}

/** What is true of a list of entries at a time: the port in as few words as possible, each a function of what was before. */
export const reference = {
  there: (all: readonly Kept[], now: number): readonly Kept[] => all.filter(({ expires }) => expires === undefined || expires > now),

  find: (all: readonly Kept[], now: number, kind: StoreKind, key: string): Kept | undefined =>
    reference.there(all, now).find(entry => entry.kind === kind && entry.key === key),

  /** What is after all changes, or after none where one did not hold. */
  commit(
    before: readonly Kept[],
    now: number,
    changes: readonly Made[],
  ): { readonly all: readonly Kept[]; readonly conflict?: { readonly at: number } } {
    let all = reference.there(before, now)
    for (const [at, { do: verb, kind, key, facts, expect }] of changes.entries()) {
      const found = reference.find(all, now, kind, key)
      const held = expect === undefined || (expect === 'absent' ? found === undefined : found?.version === expect)
      if (!held || (verb === 'update' && found === undefined)) return { all: before, conflict: { at } }
      const version = (found?.version ?? 0) + 1
      if (verb === 'update') {
        all = all.map(entry => (entry === found ? { ...entry, ...facts, version, lease: undefined } : entry))
        continue
      }
      all = all.filter(entry => entry !== found)
      const bare: Kept = { kind, key, group: '', lane: '', due: 0, expires: undefined, version, lease: undefined, head: null, body: '' }
      if (verb === 'put') all = [...all, { ...bare, ...facts }]
    }
    return { all }
  },

  /** Those whose turn it is in their lane. */
  first: (all: readonly Kept[]): readonly Kept[] =>
    all.filter(({ kind, group, lane }, index) => {
      const before = all.findIndex(other => other.kind === kind && other.group === group && other.lane === lane)
      return lane === '' || before === index
    }),

  available: ({ due, lease }: Kept): number => Math.max(due, lease?.until ?? due),

  claimable: (all: readonly Kept[], now: number, kind: StoreKind, group: string): readonly Kept[] =>
    reference
      .first(reference.there(all, now))
      .filter(entry => entry.kind === kind && entry.group === group && reference.available(entry) <= now),

  measure(all: readonly Kept[], now: number, kind: StoreKind): readonly Omit<Measure, 'oldest'>[] {
    const mine = reference.there(all, now).filter(entry => entry.kind === kind)
    return [...new Set(mine.map(({ group }) => group))].sort().map(group => {
      const entries = mine.filter(entry => entry.group === group)
      const next = Math.min(...reference.first(entries).map(reference.available))
      const bytes = entries.reduce((sum, { head, body }) => sum + Buffer.byteLength(JSON.stringify(head)) + Buffer.byteLength(body), 0)
      return { group, count: entries.length, bytes, nextDue: next <= now ? 0 : next }
    })
  },
}
