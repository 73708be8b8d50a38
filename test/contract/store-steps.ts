import fc from 'fast-check'
import type { StoreKind } from '../../engine/core/store.ts'
import type { Made } from './store-reference.ts'

/** What is done to a store, as data: `expect` and times are relative to what is when it is done. */
export type Step =
  | { readonly do: 'commit'; readonly sets: readonly (readonly Planned[])[] }
  /** So many turns of the event loop after it was asked for all sets. */
  | { readonly do: 'crash'; readonly turns: number; readonly sets: readonly (readonly Planned[])[] }
  | {
      readonly do: 'claim'
      readonly kind: StoreKind
      readonly group: string
      readonly owner: string
      readonly leaseMs: number
      readonly limit: number
      readonly bytes: number
    }
  | { readonly do: 'renew'; readonly kind: StoreKind; readonly keys: readonly string[]; readonly owner: string; readonly leaseMs: number }
  | {
      readonly do: 'list'
      readonly kind: StoreKind
      readonly group: string | undefined
      readonly from: number | undefined
      readonly newestFirst: boolean
      readonly limit: number
    }
  | { readonly do: 'sweep'; readonly limit: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'reopen' }

export interface Planned extends Omit<Made, 'expect'> {
  /** `same`: the version that it has; `other`: one that it has not. */
  readonly expect: 'absent' | 'same' | 'other' | undefined
}

/** Few names and short times, so that steps meet each other. */
const kind = fc.constantFrom<StoreKind>('queue', 'queue', 'queue', 'mark')
const key = fc.constantFrom('a', 'b', 'c', 'd', "é'%")
const group = fc.constantFrom('g', 'g', 'h')
const owner = fc.constantFrom('me', 'you')

/** `real`: by a clock that cannot be moved nothing becomes due, and nothing is over. */
export function steps(clock: 'moved' | 'real', survives: boolean): fc.Arbitrary<readonly Step[]> {
  const ms = clock === 'moved' ? fc.constantFrom(5, 20, 60_000) : fc.constant(3_600_000)
  const due = clock === 'moved' ? fc.constantFrom(0, -1000, 5, 20) : fc.constantFrom(0, 3_600_000)
  const facts = { due, expires: fc.option(ms, { nil: undefined }), head: fc.constantFrom(null, 1, 'ß', { a: ['long enough to be seen'] }) }
  const expect = fc.option(fc.constantFrom<'absent' | 'same' | 'other'>('absent', 'same', 'same', 'other'), { nil: undefined, freq: 2 })
  const more = { group, lane: fc.constantFrom('', 'x', 'x', 'y'), body: fc.constantFrom('', 'body', 'x'.repeat(5000)) }
  const change: fc.Arbitrary<Planned> = fc.oneof(
    fc.record({
      do: fc.constant('put' as const),
      kind,
      key,
      expect,
      facts: fc.record({ ...facts, ...more }, { requiredKeys: ['group', 'lane'] }),
    }),
    fc.record({ do: fc.constant('update' as const), kind, key, expect, facts: fc.record(facts, { requiredKeys: [] }) }),
    fc.record({ do: fc.constant('remove' as const), kind, key, expect, facts: fc.constant({}) }),
  )
  const sets = fc.array(fc.array(change, { minLength: 1, maxLength: 3, size: 'max' }), { minLength: 1, maxLength: 3 })
  const limit = fc.integer({ min: 1, max: 4 })
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 50, arbitrary: fc.record({ do: fc.constant('commit' as const), sets }) },
    {
      weight: 25,
      arbitrary: fc.record({
        do: fc.constant('claim' as const),
        kind,
        group,
        owner,
        leaseMs: ms,
        limit,
        bytes: fc.constantFrom(0, 5000, 1e6),
      }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('renew' as const), kind, keys: fc.uniqueArray(key), owner, leaseMs: ms }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('list' as const),
        kind,
        group: fc.option(group, { nil: undefined }),
        from: fc.option(fc.nat(3), { nil: undefined }),
        newestFirst: fc.boolean(),
        limit,
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const), limit }) },
    ...(clock === 'moved'
      ? [{ weight: 20, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 6, 25) }) }]
      : []),
    ...(survives
      ? [
          { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
          { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), turns: fc.nat(6), sets }) },
        ]
      : []),
  )
  return fc.array(step, { minLength: 1, maxLength: 25, size: 'max' })
}
