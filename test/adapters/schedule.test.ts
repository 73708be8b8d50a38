import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import schedule from '../../engine/adapters/schedule/channel.ts'
import type { ScheduleChannel } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Reply } from '../../engine/core/message.ts'
import { complete, create, done, letTimeGo, memory, minute, none, noon, pass, start, stopTime } from '../support/schedule.ts'

beforeEach(stopTime)
afterEach(letTimeGo)

test('a tick hands the body on once, with its time', async () => {
  const world = start({ every: minute, body: { kind: 'daily' } })
  await pass(minute - 2)
  assert.deepEqual(world.ticks, [])
  await pass(1)
  assert.deepEqual(world.ticks, ['12:01:00'])
  assert.deepEqual(world.bodies, [{ kind: 'daily' }])
  await pass(2 * minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:02:00', '12:03:00'])
  assert.deepEqual(await world.history(), ['12:01:00 ran', '12:02:00 ran', '12:03:00 ran'])
})

test('a cron expression is read in its zone', async () => {
  const world = start({ cron: '30 14 * * *', zone: 'Europe/Paris' })
  await pass(30 * minute)
  assert.deepEqual(world.ticks, ['12:30:00'])
})

test('immediately is a run at the start of the process, and the ready screen may wait for it', async () => {
  const world = start({ every: 60 * minute, immediately: true })
  assert.ok(world.consumer.settled !== undefined)
  await world.consumer.settled
  assert.deepEqual(world.ticks, ['12:00:00'])
  await world.consumer.close(none)
  const { store, presence } = world
  const after = start({ every: 30 * minute, immediately: true }, { store, presence })
  await after.consumer.settled
  assert.deepEqual(after.ticks, [], 'a reload is no start')
  await after.consumer.close(none)
  const again = start({ every: 30 * minute, immediately: true }, { store })
  await again.consumer.settled
  assert.deepEqual(again.ticks, ['12:00:00'], 'another process is')
})

test('a run at the start does not wait for the store', async () => {
  const world = create({ immediately: true })
  world.away = true
  world.consumer.open()
  await pass(10)
  assert.deepEqual(world.ticks, ['12:00:00'])
  world.away = false
  await pass(minute)
  assert.deepEqual(await world.history(), ['12:00:00 ran'])
})

test('a tick that comes while the run at the start goes on is skipped', async () => {
  const gate = Promise.withResolvers<Reply>()
  const world = start({ every: minute, immediately: true }, { answer: () => gate.promise })
  await pass(minute)
  assert.deepEqual([world.ticks, world.logged], [['12:00:00'], ['schedule tick skipped 12:01:00']])
  gate.resolve(done)
  await pass(minute)
  assert.deepEqual(world.ticks, ['12:00:00', '12:02:00'])
})

test('while the store is away there is no run; then the newest tick is run once, and the others are counted', async () => {
  const world = start({ every: minute })
  await pass(10)
  world.away = true
  await pass(minute)
  assert.deepEqual(world.ticks, [])
  assert.deepEqual(world.status(), { state: 'degraded', reason: 'putting down 2025-06-01T12:01:00.000Z: STORE' })
  await pass(2 * minute)
  world.away = false
  await pass(5_000)
  assert.deepEqual(world.ticks, ['12:03:00'])
  assert.deepEqual(world.logged, ['schedule ticks missed 2'])
  assert.deepEqual(world.status(), { state: 'ready' })
})

test('a run that went to the dead letters degrades the channel until one succeeds', async () => {
  const answers = [{ ...done, status: 502, buried: 'UNREACHABLE' }, done]
  const world = start({ every: minute }, { answer: async () => answers.shift() ?? assert.fail('asked too often') })
  await pass(minute)
  assert.deepEqual(world.status(), { state: 'degraded', reason: 'the run of 2025-06-01T12:01:00.000Z failed: UNREACHABLE' })
  assert.deepEqual(world.logged, [])
  await pass(minute)
  assert.deepEqual(world.status(), { state: 'ready' })
  assert.deepEqual(await world.history(), ['12:01:00 failed', '12:02:00 ran'])
})

test('a run that is handed back is made again, when that was asked for', async () => {
  const answers = [() => Promise.reject(new SluiceError('STORE', 'burying', { delayMs: 20_000 })), () => Promise.resolve(done)]
  const world = start({ every: minute }, { answer: () => (answers.shift() ?? assert.fail('asked too often'))() })
  await pass(minute + 15_000)
  assert.deepEqual(world.ticks, ['12:01:00'])
  await pass(30_000)
  assert.deepEqual(world.ticks, ['12:01:00', '12:01:00'])
  assert.deepEqual(world.attempts, [1, 1], 'it counts no attempt')
})

test('the end of a run is kept as soon as the store is back, and the run is not made again', async () => {
  const gate = Promise.withResolvers<Reply>()
  const world = start({ every: 10 * minute }, { answer: () => gate.promise })
  await pass(10 * minute)
  world.away = true
  gate.resolve(done)
  await pass(5_000)
  assert.equal(world.status()?.state, 'degraded')
  world.away = false
  await pass(2 * minute)
  assert.deepEqual([world.ticks, await world.history()], [['12:10:00'], ['12:10:00 ran']])
})

test('a clock that leaps forward runs the newest missed tick once, and counts the others', async () => {
  const world = start({ every: minute })
  await pass(10)
  mock.timers.setTime(noon + 10 * minute + 5)
  await pass(minute)
  assert.deepEqual(world.ticks, ['12:10:00', '12:11:00'])
  assert.deepEqual(world.logged, ['schedule ticks missed 9'])
})

test('a clock that is set back doubles no tick', async () => {
  const world = start({ every: minute })
  await pass(3 * minute)
  mock.timers.setTime(noon + minute + 30_000)
  await pass(4 * minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:02:00', '12:03:00', '12:04:00', '12:05:00'])
})

test('a restart after the clock was set back doubles no tick', async () => {
  const world = start({ every: minute })
  await pass(3 * minute)
  await world.consumer.close(none)
  mock.timers.setTime(noon + minute + 30_000)
  const after = start({ every: minute }, { store: world.store })
  await pass(3 * minute)
  assert.deepEqual(after.ticks, ['12:04:00'])
})

test('what a wrong clock reached does not stop a schedule for years', async () => {
  const store = memory()
  mock.timers.setTime(noon + 365 * 86_400_000)
  const wrong = start({ every: minute }, { store })
  await pass(minute)
  assert.equal(wrong.ticks.length, 1)
  await wrong.consumer.close(none)
  mock.timers.setTime(noon + 1)
  const right = start({ every: minute }, { store })
  await pass(minute)
  assert.deepEqual(right.ticks, ['12:01:00'])
  assert.deepEqual(right.logged, ['schedule ahead of the clock '])
})

test('closing starts no new run and waits for the one that goes on', async () => {
  const gate = Promise.withResolvers<Reply>()
  const world = start({ every: minute }, { answer: () => gate.promise })
  await pass(minute)
  let closed = false
  const closing = world.consumer.close(none).then(() => {
    closed = true
  })
  await pass(5 * minute)
  assert.deepEqual([closed, world.ticks], [false, ['12:01:00']])
  gate.resolve(done)
  await closing
  assert.equal(closed, true)
  await world.consumer.close(none)
})

test('closing cuts a run that does not end in time, and gives it back', async () => {
  const world = start({ every: minute }, { answer: () => new Promise(() => {}) })
  await pass(minute)
  const patience = new AbortController()
  const closing = world.consumer.close(patience.signal)
  patience.abort()
  await closing
  assert.equal(world.cut?.aborted, true)
  const next = start({ every: minute }, { store: world.store })
  await pass(2_000)
  assert.deepEqual([next.ticks, next.attempts], [['12:01:00'], [1]])
})

test('no tick is lost or doubled between one consumer and the next', async () => {
  const world = start({ every: minute })
  const next = create({ every: minute }, { store: world.store })
  await pass(minute)
  await world.consumer.close(none)
  mock.timers.setTime(noon + 2 * minute + 5)
  next.consumer.open()
  await pass(10)
  assert.deepEqual([world.ticks, next.ticks], [['12:01:00'], ['12:02:00']])
})

test('other times have missed nothing', async () => {
  const world = start({ every: 60 * minute })
  await pass(90 * minute)
  await world.consumer.close(none)
  const next = start({ every: 2 * minute }, { store: world.store })
  await pass(minute)
  assert.deepEqual([next.ticks, next.logged], [[], []])
  await pass(minute)
  assert.deepEqual(next.ticks, ['13:32:00'])
})

test('a tick that came just before its times changed is run, though its timer was late', async () => {
  const world = start({ every: minute })
  await pass(10)
  mock.timers.setTime(noon + minute + 5)
  const next = create({ cron: '* * * * *' }, { store: world.store })
  await world.consumer.close(none)
  next.consumer.open()
  await pass(10)
  assert.deepEqual([world.ticks, next.ticks], [['12:01:00'], []])
  await pass(minute)
  assert.deepEqual(next.ticks, ['12:02:00'])
})

test('closing what was never opened is harmless, and nothing opens afterwards', async () => {
  const world = create({ every: minute, immediately: true })
  await world.consumer.close(none)
  world.consumer.open()
  await world.consumer.settled
  await pass(minute)
  assert.deepEqual(world.ticks, [])
})

const faults: readonly { readonly config: Partial<ScheduleChannel>; readonly want: readonly string[] }[] = [
  { config: { every: minute }, want: [] },
  { config: { cron: '0 6 * * MON-FRI', zone: 'Europe/Paris' }, want: [] },
  { config: { immediately: true }, want: [] },
  { config: {}, want: [' this schedule never runs (every: 1h)'] },
  { config: { every: 0 }, want: ['/every a schedule runs every 100ms at most (every: 100ms)'] },
  { config: { every: minute, cron: '@daily' }, want: ['/cron a schedule has either every or cron (two channels, each with a name)'] },
  {
    config: { cron: '61 * * * *', zone: 'Paris' },
    want: ['/zone there is no time zone "Paris" (Europe/Paris)', '/cron "61" is no minute (0-59, with , - / and * for every one)'],
  },
  { config: { cron: '@daily', zone: 'america/new-york' }, want: ['/zone there is no time zone "america/new-york" (America/New_York)'] },
  { config: { cron: '@daily', zone: 'Atlantis' }, want: ['/zone there is no time zone "Atlantis" (as in Europe/Paris)'] },
  {
    config: { cron: '0 0 31 4,6 *' },
    want: ['/cron "0 0 31 4,6 *" names a day that never comes (a day that one of its months has)'],
  },
]

for (const { config, want } of faults)
  test(`check: ${JSON.stringify(config)} has ${want.length === 0 ? 'no fault' : want.join(' and ')}`, () => {
    const found = schedule.check?.(complete(config)) ?? []
    assert.deepEqual(
      found.map(({ pointer, message, hint }) => `${pointer} ${message} (${hint})`),
      want,
    )
  })
