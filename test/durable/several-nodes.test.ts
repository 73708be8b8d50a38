import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../engine/core/message.ts'
import { systemClock } from '../../engine/core/ports.ts'
import { Batches } from '../../engine/durable/batches.ts'
import { Marks } from '../../engine/durable/marks.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { testHost } from '../support/host.ts'

const openStore = () => new MemoryStore(systemClock, { shared: true })

test('three nodes that share a store fill the same batches: each member is in one, and each batch is on the queue once', async () => {
  const store = openStore()
  const limits = { count: 10, size: 1_000_000, within: 3_600_000 }
  const nodes = [1, 2, 3].map(() => new Batches({ store, clock: systemClock, wake: () => undefined }))
  const member = (value: Json) => ({ pipeline: 'p', key: 'ada', value, receipt: undefined, rememberedMs: 0 })
  await Promise.all(nodes.flatMap((node, at) => Array.from({ length: 30 }, (_, number) => node.join(member(at * 30 + number), limits))))
  const queued = await store.list({ kind: 'queue', group: 'p', limit: 100 })
  assert.equal(queued.length, 9)
  const [node] = nodes
  const lists = await Promise.all(queued.map(({ key }) => node?.close(key, { pipeline: 'p', key: 'ada' }) ?? []))
  for (const list of lists) assert.equal(list.length, 10)
  assert.equal(new Set(lists.flat()).size, 90)
  assert.ok(queued.every(({ due }) => due === 0))
})

test('a message that comes again with its receipt joins once', async () => {
  const store = openStore()
  const batches = new Batches({ store, clock: systemClock, wake: () => undefined })
  const member = { pipeline: 'p', key: null, value: 1, receipt: 'r', rememberedMs: 60_000 }
  const limits = { count: 10, size: 1_000_000, within: 3_600_000 }
  for (let time = 0; time < 3; time++) await batches.join(member, limits)
  const [queued] = await store.list({ kind: 'queue', limit: 2 })
  assert.deepEqual(await batches.close(queued?.key ?? '', member), [1])
})

test('a key that another living node works on is claimed; when it is done, its result is there for all', async () => {
  const store = openStore()
  const { log } = testHost()
  const [one, other] = ['one', 'other'].map(node => new Marks({ store, node, clock: systemClock, log }))
  assert.ok(one !== undefined && other !== undefined)
  const claim = { key: 'k', group: 'p', deadline: performance.now() + 60_000 }
  const found = await one.claim(claim)
  assert.ok(found.kind === 'ours')
  assert.equal((await other.claim(claim)).kind, 'claimed')
  await found.mark.renew(30_000)
  assert.equal(await found.mark.done({ head: 'first', body: new Uint8Array([7]) }, 60_000), true)
  const done = await other.claim(claim)
  assert.ok(done.kind === 'done')
  assert.deepEqual([done.result.head, [...done.result.body]], ['first', [7]])
})

test('a claim that was lost to another node is not done by the first', async () => {
  const { log } = testHost()
  let now = 1_000_000
  const clock = { now: () => now }
  const moved = new MemoryStore(clock, { shared: true })
  const [one, other] = ['one', 'other'].map(node => new Marks({ store: moved, node, clock, log }))
  assert.ok(one !== undefined && other !== undefined)
  const claim = { key: 'k', group: 'p', deadline: performance.now() + 60_000 }
  const first = await one.claim(claim)
  now += 31_000
  const second = await other.claim(claim)
  assert.ok(first.kind === 'ours' && second.kind === 'ours')
  await first.mark.release()
  assert.equal(await first.mark.done({ head: 'first', body: new Uint8Array() }, 60_000), false)
  assert.equal(await second.mark.done({ head: 'second', body: new Uint8Array() }, 60_000), true)
})
