import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import schedule from '../../engine/adapters/schedule/channel.ts'
import type { Consumer, Host } from '../../engine/core/component.ts'
import type { ScheduleChannel } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Body, Inbound, Reply } from '../../engine/core/message.ts'
import type { Status } from '../../engine/core/ports.ts'
import type { Cut } from '../../engine/core/scope.ts'
import type { Store } from '../../engine/core/store.ts'
import { cacheIn } from '../../engine/durable/cache.ts'
import { Presence } from '../../engine/durable/presence.ts'
import { tickHistory } from '../../engine/durable/tick-history.ts'
import type { StoredTicks } from '../../engine/durable/ticks.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { testTicks } from './ticks.ts'

/** One minute to the next tick of most tests, less a millisecond. */
export const noon = Date.parse('2025-06-01T12:00:00Z')
export const minute = 60_000
export const none = new AbortController().signal
export const channel = 'channel/job/schedule'
const clock = { now: () => Date.now() }

/** Closed after each test: node-schedule has one timer for the process. */
const open: Consumer[] = []

/** Time is the test's: before each. */
export const stopTime = (): void => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: noon + 1 })

/** After each test. */
export async function letTimeGo(): Promise<void> {
  await Promise.all(open.splice(0).map(consumer => consumer.close(AbortSignal.abort())))
  mock.timers.reset()
}

export const done: Reply = { status: 204, headers: {}, body: { value: undefined } }

export interface WorldOptions {
  readonly store?: Store
  readonly node?: string
  /** Of the process: what it has started already. */
  readonly presence?: Presence
  readonly answer?: () => Promise<Reply>
  readonly leaseMs?: number
}

/** One gateway's schedule, over a store that several may share. */
export interface World {
  readonly consumer: Consumer
  readonly ticks: string[]
  readonly attempts: number[]
  readonly bodies: Body[]
  readonly logged: string[]
  readonly store: Store
  readonly kept: StoredTicks
  readonly presence: Presence
  /** Whether the store is. */
  away: boolean
  cut: AbortSignal | undefined
  status(): Status | undefined
  /** How the ticks ended, the oldest first: `12:01:00 ran`. */
  history(): Promise<readonly string[]>
}

export function start(config: Partial<ScheduleChannel>, options: WorldOptions = {}): World {
  const world = create(config, options)
  world.consumer.open()
  return world
}

export const memory = (shared = false): MemoryStore => new MemoryStore(clock, { shared })

export function create(config: Partial<ScheduleChannel>, options: WorldOptions = {}): World {
  const { store: real = memory(), node = 'here', answer = () => Promise.resolve(done), leaseMs = 86_400_000 } = options
  const statuses: Status[] = []
  const log = (event: string, fields: object = {}): void => {
    const { tick, missed } = { tick: undefined, missed: undefined, ...fields }
    world.logged.push(`${event} ${missed ?? timeOf(tick)}`)
  }
  const logger = { debug: log, info: log, warn: log, error: log, child: () => logger }
  const store = losable(real, () => world.away)
  const presence = options.presence ?? new Presence({ store, node, clock, log: logger })
  const kept = testTicks(channel, store, { clock, log: logger, node, presence, leaseMs })
  const host: Host = {
    id: channel,
    log: logger,
    status: status => void statuses.push(status),
    clock,
    keep: bounds => cacheIn(store, channel, bounds),
    ticks: kept,
  }
  const handle = (inbound: Inbound, cut?: Cut): Promise<Reply> => {
    assert.ok('value' in inbound.body)
    world.ticks.push(timeOf(inbound.source.tick))
    world.attempts.push((inbound.redelivered ?? 0) + 1)
    world.bodies.push(inbound.body.value)
    world.cut = cut?.signal
    return answer()
  }
  const world: World = {
    consumer: schedule.create(complete(config), undefined, handle, host),
    ticks: [],
    attempts: [],
    bodies: [],
    logged: [],
    store: real,
    kept,
    presence,
    away: false,
    cut: undefined,
    status: () => statuses.at(-1),
    history: async () => {
      const records = await tickHistory(real, channel, 1000)
      return records.map(({ tick, outcome }) => `${timeOf(new Date(tick).toISOString())} ${outcome}`).reverse()
    },
  }
  open.push(world.consumer)
  return world
}

/** Lets time go by, in steps that let promises settle. */
export async function pass(ms: number): Promise<void> {
  await settle()
  for (let left = ms; left > 0; left -= 1000) {
    mock.timers.tick(Math.min(left, 1000))
    await settle()
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await setImmediate()
}

export const complete = (config: Partial<ScheduleChannel>): ScheduleChannel => ({
  zone: 'UTC',
  immediately: false,
  body: {},
  overlap: 'skip',
  catchup: 'last',
  within: 5 * minute,
  ...config,
})

export const timeOf = (tick: unknown): string => String(tick).slice(11, 19)

/** A store that cannot be reached while it is away. */
const losable = (store: Store, away: () => boolean): Store =>
  new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return away() ? () => Promise.reject(new SluiceError('STORE', 'connecting to the store')) : value.bind(target)
    },
  })
