import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import schedule from '../../engine/adapters/schedule/channel.ts'
import type { Consumer, Host } from '../../engine/core/component.ts'
import type { ScheduleChannel } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Body, Inbound, Reply } from '../../engine/core/message.ts'
import type { Status } from '../../engine/core/ports.ts'
import type { Cut } from '../../engine/core/scope.ts'

const noon = Date.parse('2025-06-01T12:00:00Z')
const minute = 60_000
const none = new AbortController().signal
/** Closed after each test: node-schedule has one timer for the process. */
const open: Consumer[] = []

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: noon + 1 }))
afterEach(async () => {
  await Promise.all(open.splice(0).map(consumer => consumer.close(AbortSignal.abort())))
  mock.timers.reset()
})

test('a tick hands the body on once, with its time', async () => {
  const world = start({ every: minute, body: { kind: 'daily' } })
  await world.pass(minute - 2)
  assert.deepEqual(world.ticks, [])
  await world.pass(1)
  assert.deepEqual(world.ticks, ['12:01:00'])
  assert.deepEqual(world.bodies, [{ kind: 'daily' }])
  await world.pass(2 * minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:02:00', '12:03:00'])
})

test('a cron expression is read in its zone', async () => {
  const world = start({ cron: '30 14 * * *', zone: 'Europe/Paris' })
  await world.pass(30 * minute)
  assert.deepEqual(world.ticks, ['12:30:00'])
})

test('immediately is a run at the start of the process, and the ready screen may wait for it', async () => {
  const world = start({ every: 60 * minute, immediately: true })
  assert.ok(world.consumer.settled !== undefined)
  await world.consumer.settled
  assert.deepEqual(world.ticks, ['12:00:00'])
  await world.consumer.close(none)
  const after = start({ every: 30 * minute, immediately: true }, { claims: world.claims })
  await after.consumer.settled
  assert.deepEqual(after.ticks, [], 'a reload is no start')
})

test('a tick that comes while the run before it goes on is skipped, and said so', async () => {
  const gate = Promise.withResolvers<Reply>()
  const world = start({ every: minute }, { answer: () => gate.promise })
  await world.pass(3 * minute)
  assert.deepEqual(world.ticks, ['12:01:00'])
  assert.deepEqual(world.logged, ['schedule tick skipped 12:02:00', 'schedule tick skipped 12:03:00'])
  gate.resolve(reply)
  await world.pass(minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:04:00'])
})

test('a tick that another node has claimed is not run here', async () => {
  const world = start({ every: minute }, { claims: new Set(['channel/job/schedule/2025-06-01T12:01:00.000Z']) })
  await world.pass(2 * minute)
  assert.deepEqual(world.ticks, ['12:02:00'])
})

test('while nobody can tell whether a tick is claimed there is no run; then the newest one is run once', async () => {
  const world = start({ every: minute })
  world.away = true
  await world.pass(minute)
  assert.deepEqual(world.ticks, [])
  assert.deepEqual(world.status(), {
    state: 'degraded',
    reason: '2025-06-01T12:01:00.000Z could not be claimed: UNREACHABLE',
  })
  await world.pass(2 * minute)
  world.away = false
  await world.pass(5_000)
  assert.deepEqual(world.ticks, ['12:03:00'])
  assert.deepEqual(world.status(), { state: 'ready' })
})

test('a run that fails degrades the channel until one succeeds, and is not repeated', async () => {
  const answers = [() => Promise.reject(new SluiceError('UNREACHABLE', 'connecting to 10.0.0.1')), () => Promise.resolve(reply)]
  const answer = (): Promise<Reply> => (answers.shift() ?? assert.fail('asked too often'))()
  const world = start({ every: minute }, { answer })
  await world.pass(minute)
  assert.deepEqual(world.status(), { state: 'degraded', reason: 'the run of 2025-06-01T12:01:00.000Z failed: UNREACHABLE' })
  assert.deepEqual(world.logged, [])
  await world.pass(minute)
  assert.deepEqual(world.status(), { state: 'ready' })
  assert.deepEqual(world.ticks, ['12:01:00', '12:02:00'])
})

test('a clock that leaps forward runs the newest missed tick once, and counts the others', async () => {
  const world = start({ every: minute })
  mock.timers.setTime(noon + 10 * minute + 5)
  await world.pass(minute)
  assert.deepEqual(world.ticks, ['12:10:00', '12:11:00'])
  assert.deepEqual(world.logged, ['schedule ticks missed 9'])
})

test('a clock that is set back doubles no tick', async () => {
  const world = start({ every: minute })
  await world.pass(3 * minute)
  mock.timers.setTime(noon + minute + 30_000)
  await world.pass(4 * minute)
  assert.deepEqual(world.ticks, ['12:01:00', '12:02:00', '12:03:00', '12:04:00', '12:05:00'])
})

test('closing starts no new run and waits for the one that goes on', async () => {
  const gate = Promise.withResolvers<Reply>()
  const world = start({ every: minute }, { answer: () => gate.promise })
  await world.pass(minute)
  let closed = false
  const closing = world.consumer.close(none).then(() => {
    closed = true
  })
  await world.pass(5 * minute)
  assert.deepEqual([closed, world.ticks], [false, ['12:01:00']])
  gate.resolve(reply)
  await closing
  assert.equal(closed, true)
  await world.consumer.close(none)
})

test('closing cuts a run that does not end in time', async () => {
  const world = start({ every: minute }, { answer: () => new Promise(() => {}) })
  await world.pass(minute)
  const patience = new AbortController()
  const closing = world.consumer.close(patience.signal)
  patience.abort()
  await closing
  assert.equal(world.cut?.aborted, true)
})

test('no tick is lost or doubled between one consumer and the next', async () => {
  const world = start({ every: minute })
  const next = create({ every: minute }, { claims: world.claims })
  await world.pass(minute)
  await world.consumer.close(none)
  mock.timers.setTime(noon + 2 * minute + 5)
  next.consumer.open()
  await next.pass(10)
  assert.deepEqual([world.ticks, next.ticks], [['12:01:00'], ['12:02:00']])
})

test('closing what was never opened is harmless, and nothing opens afterwards', async () => {
  const world = create({ every: minute, immediately: true })
  await world.consumer.close(none)
  world.consumer.open()
  await world.consumer.settled
  await world.pass(minute)
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

const reply: Reply = { status: 204, headers: {}, body: { value: undefined } }

interface Options {
  readonly claims?: Set<string>
  readonly answer?: () => Promise<Reply>
}

interface World {
  readonly consumer: Consumer
  readonly ticks: string[]
  readonly bodies: Body[]
  readonly logged: string[]
  readonly claims: Set<string>
  /** Whether the store that keeps the claims is. */
  away: boolean
  cut: AbortSignal | undefined
  status(): Status | undefined
  /** Lets time go by, in steps that let promises settle. */
  pass(ms: number): Promise<void>
}

function start(config: Partial<ScheduleChannel>, options: Options = {}): World {
  const world = create(config, options)
  world.consumer.open()
  return world
}

function create(config: Partial<ScheduleChannel>, { claims = new Set(), answer = () => Promise.resolve(reply) }: Options = {}): World {
  const statuses: Status[] = []
  const log = (event: string, fields: object = {}): void => {
    const { tick, missed } = { tick: undefined, missed: undefined, ...fields }
    world.logged.push(`${event} ${missed ?? timeOf(tick)}`)
  }
  const logger = { debug: log, info: log, warn: log, error: log, child: () => logger }
  const claim = async (key: string): Promise<boolean> => {
    await setImmediate()
    if (world.away) throw new SluiceError('UNREACHABLE', 'claiming')
    return !claims.has(key) && claims.add(key).has(key)
  }
  const host: Host = {
    id: 'channel/job/schedule',
    log: logger,
    status: status => void statuses.push(status),
    clock: { now: () => Date.now() },
    claim,
  }
  const handle = (inbound: Inbound, cut?: Cut): Promise<Reply> => {
    assert.ok('value' in inbound.body)
    world.ticks.push(timeOf(inbound.source.tick))
    world.bodies.push(inbound.body.value)
    world.cut = cut?.signal
    return answer()
  }
  const world: World = {
    consumer: schedule.create(complete(config), undefined, handle, host),
    ticks: [],
    bodies: [],
    logged: [],
    claims,
    away: false,
    cut: undefined,
    status: () => statuses.at(-1),
    pass,
  }
  open.push(world.consumer)
  return world
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1000) {
    mock.timers.tick(Math.min(left, 1000))
    for (let turn = 0; turn < 4; turn++) await setImmediate()
  }
}

const complete = (config: Partial<ScheduleChannel>): ScheduleChannel => ({ zone: 'UTC', immediately: false, body: {}, ...config })
const timeOf = (tick: unknown): string => String(tick).slice(11, 19)
