import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '../../engine/core/ports.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { keepSwept } from '../../engine/store/sweeping.ts'
import { testClock } from '../support/host.ts'

test('what is expired is removed every ten seconds, in small parts, from the first use on and until it is ended', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const store = new SeenStore(testClock(1000))
  const stop = keepSwept(store)
  for (let index = 0; index < 2500; index++) await store.commit([{ put: { kind: 'mark', key: `${index}`, expires: 1 } }])
  await tick(t, 20_000)
  assert.deepEqual(store.swept, [], 'an unused store was opened')
  store.told({ state: 'ready' })
  store.told({ state: 'degraded' })
  store.told({ state: 'ready' })
  await tick(t, 9999)
  assert.deepEqual(store.swept, [])
  await tick(t, 1)
  assert.deepEqual(store.swept, [1000, 1000, 500])
  await tick(t, 10_000)
  assert.deepEqual(store.swept, [1000, 1000, 500, 0])
  store.fails = true
  await tick(t, 10_000)
  store.fails = false
  await tick(t, 10_000)
  assert.deepEqual(store.swept, [1000, 1000, 500, 0, 0])
  stop()
  await tick(t, 60_000)
  assert.equal(store.swept.length, 5)
})

/** Says how it is when the test does, and remembers its sweeps. */
class SeenStore extends MemoryStore {
  readonly swept: number[] = []
  fails = false
  told: (status: Status) => void = () => undefined

  override watch(told: (status: Status) => void): void {
    this.told = told
  }

  override async sweep(limit: number): Promise<number> {
    // The memory store's own, among its commits.
    if (limit === Number.POSITIVE_INFINITY) return 0
    if (this.fails) throw new Error('the disk is full')
    const count = await super.sweep(limit)
    this.swept.push(count)
    return count
  }
}

async function tick(t: { readonly mock: { readonly timers: { tick(ms: number): void } } }, ms: number): Promise<void> {
  t.mock.timers.tick(ms)
  await new Promise(setImmediate)
}
