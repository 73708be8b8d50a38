import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CatchUp, type CatchUpPolicy, catchUp } from '../../engine/adapters/schedule/catch-up.ts'
import { readCron } from '../../engine/kit/cron.ts'
import { cronNext, everyNext, type Next } from '../../engine/kit/next.ts'
import { openZone, type WallClock } from '../../engine/kit/zone.ts'

const changes = [
  {
    name: 'a time that spring leaps over runs once, right after',
    cron: '30 2 * * *',
    zone: 'Europe/Paris',
    after: '2025-03-29T12:00:00Z',
    want: ['2025-03-30T01:00:00Z', '2025-03-31T00:30:00Z'],
  },
  {
    name: 'several times in the gap run once together',
    cron: '*/20 2 * * *',
    zone: 'Europe/Paris',
    after: '2025-03-30T00:00:00Z',
    want: ['2025-03-30T01:00:00Z', '2025-03-31T00:00:00Z', '2025-03-31T00:20:00Z'],
  },
  {
    name: 'a time in the gap and the one right after it are one run',
    cron: '0 2,3 * * *',
    zone: 'Europe/Paris',
    after: '2025-03-30T00:00:00Z',
    want: ['2025-03-30T01:00:00Z', '2025-03-31T00:00:00Z'],
  },
  {
    name: 'a time in the hour that autumn repeats runs once, the first time',
    cron: '30 2 * * *',
    zone: 'Europe/Paris',
    after: '2025-10-25T12:00:00Z',
    want: ['2025-10-26T00:30:00Z', '2025-10-27T01:30:00Z'],
  },
  {
    name: 'a list of hours runs the repeated one once',
    cron: '0 2-4 * * *',
    zone: 'Europe/Paris',
    after: '2025-10-25T12:00:00Z',
    want: ['2025-10-26T00:00:00Z', '2025-10-26T02:00:00Z', '2025-10-26T03:00:00Z', '2025-10-27T01:00:00Z'],
  },
  {
    name: 'a rhythm goes on through the repeated hour',
    cron: '*/30 * * * *',
    zone: 'Europe/Paris',
    after: '2025-10-25T23:45:00Z',
    want: ['2025-10-26T00:00:00Z', '2025-10-26T00:30:00Z', '2025-10-26T01:00:00Z', '2025-10-26T01:30:00Z', '2025-10-26T02:00:00Z'],
  },
  {
    name: 'a gap of half an hour shifts what is in it',
    cron: '15 2 * * *',
    zone: 'Australia/Lord_Howe',
    after: '2025-10-04T00:00:00Z',
    want: ['2025-10-04T15:30:00Z', '2025-10-05T15:15:00Z'],
  },
  {
    name: 'a midnight that does not exist runs at one',
    cron: '0 0 * * *',
    zone: 'America/Sao_Paulo',
    after: '2018-11-03T12:00:00Z',
    want: ['2018-11-04T03:00:00Z', '2018-11-05T02:00:00Z'],
  },
  {
    name: 'a gap of the last hour of a date shifts to the next one',
    cron: '30 23 * * SAT',
    zone: 'America/Nuuk',
    after: '2025-03-29T12:00:00Z',
    want: ['2025-03-30T01:00:00Z', '2025-04-06T00:30:00Z'],
  },
  {
    name: 'a day that repeats the hour before midnight begins once',
    cron: '1 0 * * *',
    zone: 'America/St_Johns',
    after: '2010-11-06T12:00:00Z',
    want: ['2010-11-07T03:31:00Z', '2010-11-08T03:31:00Z'],
  },
]

for (const { name, cron, zone, after, want } of changes)
  test(`where clocks change: ${name}`, () => assert.deepEqual(some(cronTicks(cron, zone), after, want.length), want))

const dates = [
  { cron: '0 6 * * MON-FRI', after: '2025-01-03T06:00:00Z', want: ['2025-01-06T06:00:00Z', '2025-01-07T06:00:00Z'] },
  { cron: '0 0 L * *', after: '2024-02-01T00:00:00Z', want: ['2024-02-29T00:00:00Z', '2024-03-31T00:00:00Z'] },
  { cron: '0 0 15,L * *', after: '2025-02-01T00:00:00Z', want: ['2025-02-15T00:00:00Z', '2025-02-28T00:00:00Z'] },
  { cron: '0 9 * * 5L', after: '2025-01-01T00:00:00Z', want: ['2025-01-31T09:00:00Z', '2025-02-28T09:00:00Z'] },
  { cron: '0 9 * * MON#1', after: '2025-01-01T00:00:00Z', want: ['2025-01-06T09:00:00Z', '2025-02-03T09:00:00Z'] },
  { cron: '0 0 13 * FRI', after: '2025-06-08T00:00:00Z', want: ['2025-06-13T00:00:00Z', '2025-06-20T00:00:00Z'] },
  { cron: '0 0 1,15 * SUN', after: '2025-06-12T00:00:00Z', want: ['2025-06-15T00:00:00Z', '2025-06-22T00:00:00Z'] },
  { cron: '0 0 * * 7', after: '2025-06-12T00:00:00Z', want: ['2025-06-15T00:00:00Z'] },
  { cron: '0 0 29 2 *', after: '2096-03-01T00:00:00Z', want: ['2104-02-29T00:00:00Z'] },
  { cron: '0 0 * 2 MON#5', after: '2072-03-01T00:00:00Z', want: ['2112-02-29T00:00:00Z'] },
  { cron: '5/15 30 7 ? JAN,FEB *', after: '2025-02-28T07:30:50Z', want: ['2026-01-01T07:30:05Z'] },
  { cron: '*/10 * * * * *', after: '2025-01-01T00:00:09.999Z', want: ['2025-01-01T00:00:10Z', '2025-01-01T00:00:20Z'] },
  { cron: '@hourly', after: '2025-01-01T00:00:00Z', want: ['2025-01-01T01:00:00Z'] },
  { cron: '@weekdays', after: '2025-01-03T00:00:00Z', want: ['2025-01-06T00:00:00Z'] },
]

for (const { cron, after, want } of dates)
  test(`cron ${cron}: the ticks after ${after} are ${want.join(' and ')}`, () =>
    assert.deepEqual(some(cronTicks(cron, 'UTC'), after, want.length), want))

const wrong = [
  { cron: '', fault: 'a cron expression has five or six fields, this has none' },
  { cron: '   ', fault: 'a cron expression has five or six fields, this has none' },
  { cron: '* * * *', fault: 'a cron expression has five or six fields, this has 4' },
  { cron: '0 0 0 1 1 * 2025', fault: 'a cron expression has five or six fields, this has 7' },
  { cron: 'H * * * *', fault: '"H" is no minute' },
  { cron: '0 1-H(1-5) * * *', fault: '"1-H(1-5)" is no hour' },
  { cron: '0 0 15W * *', fault: '"15W" is no day of the month' },
  { cron: '60 * * * *', fault: '"60" is no minute' },
  { cron: '*/70 * * * *', fault: '"*/70" is no minute' },
  { cron: '0 24 * * *', fault: '"24" is no hour' },
  { cron: '0 0 * 13 *', fault: '"13" is no month' },
  { cron: '0 0 * FOO *', fault: '"FOO" is no month' },
  { cron: '0 0 * * L', fault: '"L" is no weekday' },
  { cron: '0 0 * * 1#6', fault: '"1#6" is no weekday' },
  { cron: '99 0 * * * *', fault: '"99" is no second' },
  { cron: '0 0 30 2 *', fault: '"0 0 30 2 *" names a day that never comes' },
  { cron: '@often', fault: 'there is no @often' },
  { cron: '@constructor', fault: 'there is no @constructor' },
]

for (const { cron, fault } of wrong)
  test(`cron "${cron}" is refused: ${fault}`, () => {
    const read = readCron(cron)
    assert.ok('fault' in read)
    assert.equal(read.fault, fault)
    assert.notEqual(read.hint, '')
  })

test('every is aligned to the epoch, so that all nodes name the same tick', () => {
  assert.deepEqual(some(everyNext(3_600_000), '2025-01-01T00:12:34.567Z', 2), ['2025-01-01T01:00:00Z', '2025-01-01T02:00:00Z'])
  assert.deepEqual(some(everyNext(250), '2025-01-01T00:00:00Z', 1), ['2025-01-01T00:00:00.250Z'])
})

test('a fixed daily time runs once per local date, in every zone', () => {
  for (const [at, zone] of Intl.supportedValuesOf('timeZone').entries()) {
    const hour = (at * 7) % 24
    const clock = clockOf(zone)
    const next = cronTicks(`30 ${hour} * * *`, zone)
    let tick = Date.UTC(2025, 0, 1)
    const shown: number[] = []
    for (let day = 0; day < 366; day++) {
      tick = next(tick) ?? Number.NaN
      shown.push(clock(tick))
      assert.ok(showsOrLeaps(clock, tick, (hour * 60 + 30) * 60_000), `${zone} ${new Date(tick).toISOString()}`)
    }
    const last = shown.at(-1) ?? 0
    assert.equal(Math.round((last - (shown[0] ?? 0)) / 86_400_000), 365, zone)
  }
})

test('any fixed daily time of any year runs once per local date, in any zone', () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
  const begin = fc.integer({ min: Date.UTC(2000, 0, 1) / 86_400_000, max: Date.UTC(2036, 0, 1) / 86_400_000 })
  const time = fc.integer({ min: 0, max: 1439 })
  fc.assert(
    fc.property(zones, begin, time, (zone, day, minutes) => {
      const clock = clockOf(zone)
      const next = cronTicks(`${minutes % 60} ${Math.floor(minutes / 60)} * * *`, zone)
      let tick = day * 86_400_000
      let date: number | undefined
      for (let count = 0; count < 200; count++) {
        tick = next(tick) ?? Number.NaN
        const own = dateOf(clock, tick, minutes * minute)
        if (date !== undefined) assert.equal(own, date + 86_400_000, `${zone} ${new Date(tick).toISOString()}`)
        date = own
      }
    }),
    { numRuns: 150 },
  )
})

test('the ticks of a rhythm are evenly spaced through a whole year of a zone that changes its clock', () => {
  const next = cronTicks('0 * * * *', 'America/New_York')
  let tick = Date.UTC(2025, 0, 1)
  for (let hour = 0; hour < 365 * 24; hour++) {
    const following = next(tick)
    assert.equal(following, tick + 3_600_000)
    tick = following
  }
})

const last = { catchup: 'last', within: 300_000 } as const
const minute = 60_000
const pauses: readonly {
  readonly name: string
  readonly now: number
  readonly policy: CatchUpPolicy
  readonly want: CatchUp
}[] = [
  {
    name: 'what is due is run',
    now: 600_100,
    policy: last,
    want: { run: [600_000], reached: 600_000, missed: 0, more: false, following: 660_000 },
  },
  {
    name: 'after a pause only the newest is run, and the others are counted',
    now: 905_000,
    policy: last,
    want: { run: [900_000], reached: 900_000, missed: 5, more: false, following: 960_000 },
  },
  {
    name: 'a newest that is older than the window is not run',
    now: 959_000,
    policy: { catchup: 'last', within: 50_000 },
    want: { run: [], reached: 900_000, missed: 6, more: false, following: 960_000 },
  },
  {
    name: 'all are run that are within the window',
    now: 905_000,
    policy: { catchup: 'all', within: 2 * minute },
    want: { run: [840_000, 900_000], reached: 900_000, missed: 4, more: false, following: 960_000 },
  },
  {
    name: 'none is run but what is on time',
    now: 903_000,
    policy: { catchup: 'none', within: 300_000 },
    want: { run: [900_000], reached: 900_000, missed: 5, more: false, following: 960_000 },
  },
  {
    name: 'none is run, and all are counted',
    now: 910_000,
    policy: { catchup: 'none', within: 300_000 },
    want: { run: [], reached: 900_000, missed: 6, more: false, following: 960_000 },
  },
]

for (const { name, now, policy, want } of pauses)
  test(`ticks that were missed: ${name}`, () => assert.deepEqual(catchUp(600_000, now, everyNext(minute), policy), want))

test('of all that were missed, a hundred are run at a time', () => {
  const policy = { catchup: 'all', within: 86_400_000 } as const
  const { run, reached, following } = catchUp(600_000, 600_000 + 500 * minute, everyNext(minute), policy)
  assert.deepEqual([run.length, run[0], reached, following], [100, 600_000, 600_000 + 99 * minute, 600_000 + 100 * minute])
})

test('a pause of a year costs no more than one of an hour', () => {
  let asked = 0
  const ticks = cronTicks('* * 6 * * *', 'UTC')
  const next: Next = after => {
    asked++
    return ticks(after)
  }
  const policy = { catchup: 'last', within: 86_400_000 } as const
  const { run, missed, more, following } = catchUp(Date.UTC(2024, 0, 1, 6), Date.UTC(2025, 0, 1, 23), next, policy)
  assert.deepEqual([run, missed, more, following], [[Date.UTC(2025, 0, 1, 6, 59, 59)], 1000, true, Date.UTC(2025, 0, 2, 6)])
  assert.ok(asked < 1200, `${asked}`)
})

/** The local date whose time of day it is at `tick`: the one that the clock shows, or the one within which it leaps over that time. */
function dateOf(clock: WallClock, tick: number, timeOfDay: number): number {
  const wall = clock(tick)
  const shown = Math.floor(wall / 86_400_000) * 86_400_000
  if (wall - shown === timeOfDay) return shown
  assert.ok(showsOrLeaps(clock, tick, timeOfDay), new Date(tick).toISOString())
  return Math.floor((clock(tick - 1000) + 1000) / 86_400_000) * 86_400_000
}

/** At `tick` the clock shows the time of day, or it leaps over it right there. */
function showsOrLeaps(clock: WallClock, tick: number, timeOfDay: number): boolean {
  const wall = clock(tick)
  if (((wall % 86_400_000) + 86_400_000) % 86_400_000 === timeOfDay) return true
  const before = clock(tick - 1000) + 1000
  const day = Math.floor(before / 86_400_000) * 86_400_000
  return before <= day + timeOfDay && day + timeOfDay < wall
}

function clockOf(zone: string): WallClock {
  const clock = openZone(zone)
  assert.ok(clock !== undefined)
  return clock
}

function cronTicks(cron: string, zone: string): Next {
  const fields = readCron(cron)
  assert.ok(!('fault' in fields))
  return cronNext(fields, clockOf(zone))
}

function some(next: Next, after: string, count: number): readonly string[] {
  const ticks: string[] = []
  let tick: number | undefined = Date.parse(after)
  while (ticks.length < count && tick !== undefined) {
    tick = next(tick)
    if (tick !== undefined) ticks.push(new Date(tick).toISOString().replace('.000Z', 'Z'))
  }
  return ticks
}
