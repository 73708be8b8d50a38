import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import type { ScheduleChannel } from '../../engine/core/config.gen.ts'
import type { Reply } from '../../engine/core/message.ts'
import type { Store } from '../../engine/core/store.ts'
import { create, done, letTimeGo, memory, minute, none, noon, pass, start, stopTime, type World } from '../support/schedule.ts'

beforeEach(stopTime)
afterEach(letTimeGo)

const overlaps: readonly {
  readonly overlap: ScheduleChannel['overlap']
  readonly does: string
  readonly during: readonly string[]
  readonly after: readonly string[]
}[] = [
  { overlap: 'skip', does: 'is skipped', during: ['12:01:00'], after: ['12:01:00', '12:04:00'] },
  { overlap: 'queue', does: 'waits', during: ['12:01:00'], after: ['12:01:00', '12:02:00', '12:03:00', '12:04:00'] },
  {
    overlap: 'allow',
    does: 'runs beside it',
    during: ['12:01:00', '12:02:00', '12:03:00'],
    after: ['12:01:00', '12:02:00', '12:03:00', '12:04:00'],
  },
]

for (const { overlap, does, during, after } of overlaps)
  for (const nodes of [1, 3])
    test(`overlap ${overlap}: a tick that comes while the run before it goes on ${does}, on ${nodes} nodes`, async () => {
      const gate = Promise.withResolvers<Reply>()
      const worlds = cluster(nodes, { every: minute, overlap }, () => gate.promise)
      await pass(3 * minute)
      assert.deepEqual(all(worlds), during)
      gate.resolve(done)
      await pass(minute)
      assert.deepEqual(all(worlds), after)
    })

test('overlap skip: a late tick is skipped too, and does not wait behind the run before it', async () => {
  const gate = Promise.withResolvers<Reply>()
  const [world] = cluster(1, { every: minute }, () => gate.promise)
  assert.ok(world !== undefined)
  await pass(minute)
  mock.timers.setTime(noon + 10 * minute + 5)
  await pass(5_000)
  assert.deepEqual(world.logged, ['schedule ticks missed 8', 'schedule tick skipped 12:10:00'])
  gate.resolve(done)
  await pass(minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:11:00'])
})

test('a queue of ticks is bounded: what comes when a hundred wait is skipped', async () => {
  const gate = Promise.withResolvers<Reply>()
  const world = start({ every: 1_000, overlap: 'queue' }, { answer: () => gate.promise })
  await pass(110_000)
  assert.equal((await world.kept.waiting()).length, 100)
  assert.equal(world.logged[0], 'schedule tick skipped 12:01:41')
})

test('three nodes run each tick once', async () => {
  const worlds = cluster(3, { every: 1_000 })
  await pass(60_000)
  assert.deepEqual(all(worlds), seconds(1, 60))
})

test('a node that joins runs nothing twice, and one that leaves takes nothing with it', async () => {
  const [first, second] = cluster(2, { every: 1_000 })
  assert.ok(first !== undefined && second !== undefined)
  await pass(10_000)
  await first.consumer.close(none)
  await pass(5_000)
  const third = start({ every: 1_000 }, { store: second.store, node: 'third' })
  await pass(5_000)
  assert.deepEqual(all([first, second, third]), seconds(1, 20))
})

test('immediately is one run for the nodes that start together, and none for one that joins', async () => {
  const worlds = cluster(3, { every: 60 * minute, immediately: true })
  await pass(2_000)
  assert.deepEqual(all(worlds), ['12:00:00'])
  const joined = start({ every: 60 * minute, immediately: true }, { store: worlds[0]?.store ?? memory(true), node: 'late' })
  await joined.consumer.settled
  assert.deepEqual(joined.ticks, [])
  await Promise.all([...worlds, joined].map(({ consumer }) => consumer.close(none)))
  const again = start({ every: 60 * minute, immediately: true }, { store: joined.store, node: 'again' })
  await again.consumer.settled
  assert.equal(again.ticks.length, 1, 'the cluster starts anew')
})

test('a tick whose node died is run again when its lease is over, and the attempt is counted', async () => {
  const store = memory(true)
  await dead(store)
  const world = start({ every: 10 * minute }, { store, node: 'alive' })
  await pass(20_000)
  assert.deepEqual(world.ticks, [])
  await pass(20_000)
  assert.deepEqual([world.ticks, world.attempts], [['12:00:00'], [2]])
  assert.deepEqual(await world.history(), ['12:00:00 ran'])
})

test('where no other gateway can be at work, a restart does not wait for the lease of the process that died', async () => {
  const store = memory()
  await dead(store)
  const world = start({ every: 10 * minute }, { store, node: 'restarted' })
  await pass(100)
  assert.deepEqual([world.ticks, world.attempts], [['12:00:00'], [2]])
})

test('what another node put down and did not live to claim is run', async () => {
  const store = memory(true)
  const world = start({ every: minute }, { store })
  await pass(1_000)
  await other(store).kept.note({
    ticks: [Date.parse('2025-06-01T12:01:00Z')],
    reached: Date.parse('2025-06-01T12:01:00Z'),
    times: 'every 60000',
    inRow: true,
  })
  await pass(2 * minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:02:00'])
})

const restarts: readonly { readonly catchup: ScheduleChannel['catchup']; readonly want: readonly string[]; readonly missed: number }[] = [
  { catchup: 'none', want: [], missed: 5 },
  { catchup: 'last', want: ['12:06:00'], missed: 4 },
  { catchup: 'all', want: ['12:04:00', '12:05:00', '12:06:00'], missed: 2 },
]

for (const { catchup, want, missed } of restarts)
  test(`catchup ${catchup}: a start after downtime runs ${want.length} of 5 ticks, and counts the others`, async () => {
    const config = { every: minute, catchup, within: 3 * minute } as const
    const before = start(config)
    await pass(minute)
    await before.consumer.close(none)
    await pass(5 * minute + 30_000)
    const after = start(config, { store: before.store })
    await pass(10_000)
    assert.deepEqual(after.ticks, want)
    assert.deepEqual(after.logged, [`schedule ticks missed ${missed}`])
    await pass(20_000)
    assert.deepEqual(after.ticks, [...want, '12:07:00'])
  })

test('catchup runs a tick that died with its node only where that is not too long ago', async () => {
  for (const [catchup, minutes, want] of [
    ['last', 4, 1],
    ['last', 7, 0],
    ['none', 1, 0],
  ] as const) {
    const store = memory(true)
    await dead(store)
    await pass(minutes * minute)
    const world = start({ every: 60 * minute, catchup }, { store, node: 'alive' })
    await pass(10)
    assert.equal(world.ticks.length, want, `${catchup} after ${minutes} minutes`)
    assert.match((await world.history())[0] ?? '', want === 1 ? /ran/ : /missed/)
    await world.consumer.close(none)
  }
})

test('the misses of a cluster are counted by one node', async () => {
  const store = memory(true)
  const [first] = cluster(1, { every: minute }, undefined, store)
  await pass(minute)
  await first?.consumer.close(none)
  await pass(3 * minute)
  const worlds = cluster(3, { every: minute }, undefined, store)
  await pass(10_000)
  assert.deepEqual([all(worlds), worlds.flatMap(({ logged }) => logged)], [['12:04:00'], ['schedule ticks missed 2']])
})

test('while a schedule is paused no node runs it, and what came in between was not missed', async () => {
  const worlds = cluster(2, { every: minute })
  await pass(minute)
  await worlds[0]?.kept.pause()
  await pass(3 * minute)
  assert.deepEqual(all(worlds), ['12:01:00'])
  await worlds[1]?.kept.resume('every 60000')
  await pass(minute)
  assert.deepEqual([all(worlds), worlds.flatMap(({ logged }) => logged)], [['12:01:00', '12:05:00'], []])
})

function cluster(
  nodes: number,
  config: Partial<ScheduleChannel>,
  answer?: () => Promise<Reply>,
  store: Store = memory(true),
): readonly World[] {
  return Array.from({ length: nodes }, (_, at) => start(config, { store, node: `node-${at}`, ...(answer === undefined ? {} : { answer }) }))
}

/** Of a node that is not there. */
const other = (store: Store): World => create({ cron: '0 0 1 1 *' }, { store, node: 'other', leaseMs: 30_000 })

/** A node that took the tick of noon, and died. */
async function dead(store: Store): Promise<void> {
  const { kept, consumer } = other(store)
  const tick = Math.floor(Date.now() / minute) * minute
  await kept.note({ ticks: [tick], reached: tick, times: 'another', inRow: true })
  assert.equal((await kept.claim(1)).length, 1)
  await consumer.close(none)
}

const all = (worlds: readonly World[]): readonly string[] => worlds.flatMap(({ ticks }) => ticks).sort()

const seconds = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => new Date(Date.UTC(2025, 5, 1, 12, 0, from + at)).toISOString().slice(11, 19))
