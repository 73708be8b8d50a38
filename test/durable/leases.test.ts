import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { systemClock } from '../../engine/core/ports.ts'
import type { Store } from '../../engine/core/store.ts'
import { Leases } from '../../engine/durable/leases.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { testHost } from '../support/host.ts'

const times = { leaseMs: 4_000, renewMs: 800, marginMs: 1_600 }

test('a lease is renewed while it is held, and ends by itself when it is released', async () => {
  const { store, leases, renewed, claim } = await world()
  const held = leases.hold('one', performance.now(), () => assert.fail('it was lost'))
  await renewed(6)
  assert.equal(held.sure, true)
  assert.deepEqual(await claim('other'), [], 'longer than a lease, and nobody else has it')
  held.release()
  const until = (await store.get('lease', 'one'))?.lease?.until ?? 0
  assert.ok(until <= Date.now() + times.leaseMs)
  while ((await claim('other')).length === 0) assert.ok(Date.now() < until + 1_000)
})

test('a lease that is another’s is told lost, once', async () => {
  const { store, leases } = await world()
  const lost = Promise.withResolvers<void>()
  const held = leases.hold('one', performance.now(), lost.resolve)
  await store.commit([{ remove: { kind: 'lease', key: 'one' } }])
  await lost.promise
  held.release()
})

test('while the store is away a lease is told lost before another can have it', async () => {
  const { store, leases, away, claim } = await world()
  const lost = Promise.withResolvers<void>()
  const held = leases.hold('one', performance.now(), lost.resolve)
  away()
  await lost.promise
  assert.equal(held.sure, false)
  const until = (await store.get('lease', 'one'))?.lease?.until ?? 0
  assert.ok(Date.now() < until, 'there is time to stop')
  assert.deepEqual(await claim('other'), [])
})

interface World {
  readonly store: Store
  readonly leases: Leases
  /** Resolves when so many renewals were made. */
  renewed(count: number): Promise<void>
  away(): void
  claim(owner: string): Promise<readonly unknown[]>
}

/** The lease `one`, which this node has claimed. */
async function world(): Promise<World> {
  const store = new MemoryStore(systemClock, { shared: true })
  let [isAway, count] = [false, 0]
  const looks = new Set<() => void>()
  const watched: Store = new Proxy(store, {
    get(target, name) {
      if (name !== 'renew') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name)
      return async (...given: Parameters<Store['renew']>) => {
        if (isAway) throw new SluiceError('STORE', 'renewing')
        const kept = await target.renew(...given)
        count++
        for (const look of looks) look()
        return kept
      }
    },
  })
  const claim = (owner: string): Promise<readonly unknown[]> =>
    store.claim({ kind: 'lease', group: 'one', owner, leaseMs: times.leaseMs, limit: 1, bytes: 1 })
  await store.commit([{ put: { kind: 'lease', key: 'one', group: 'one' } }])
  assert.equal((await claim('here')).length, 1)
  return {
    store,
    claim,
    leases: new Leases({ store: watched, kind: 'lease', owner: 'here', log: testHost().log, ...times }),
    renewed: wanted =>
      new Promise(resolve => {
        looks.add(() => count >= wanted && resolve())
      }),
    away: () => {
      isAway = true
    },
  }
}
