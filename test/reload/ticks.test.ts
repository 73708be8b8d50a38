import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ran, ticksIn, wrongTicks } from './ticks.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()
const ran = (second: number, version: number): Ran => ({ tick: at(second), version })
const clean = [ran(0, 1), ran(1, 1), ran(2, 2), ran(3, 2)]

test('a row of ticks without a gap has nothing wrong, in whatever order they ended', () => {
  assert.deepEqual(wrongTicks(clean.toReversed(), []), [])
})

test('a tick that the log says was missed or skipped is not lost', () => {
  assert.deepEqual(
    wrongTicks(
      [...clean, ran(7, 2)],
      [
        { tick: at(6), missed: 2 },
        { tick: at(6), missed: 0 },
      ],
    ),
    [],
  )
})

test('what the gateway says of ticks is found among the lines of its log', () => {
  const line = (fields: object): string => JSON.stringify({ time: at(9), level: 'warn', ...fields })
  const lines = [
    line({ event: 'access', tick: at(1) }),
    line({ event: 'ticked', tick: at(2), version: 3 }),
    line({ event: 'schedule ticks missed', since: at(3), missed: 2, more: false, newest: at(5) }),
    line({ event: 'schedule tick skipped', tick: at(6), reason: 'the run before it still goes on' }),
  ]
  assert.deepEqual(ticksIn(lines), {
    runs: [ran(2, 3)],
    told: [
      { tick: at(5), missed: 2 },
      { tick: at(6), missed: 0 },
    ],
  })
})

const planted = [
  { name: 'that ran twice', runs: [...clean, ran(2, 2)], says: /ran twice/ },
  { name: 'that was lost', runs: [...clean, ran(5, 2)], says: /did not run/ },
  { name: 'of an older version after one of a newer', runs: [...clean, ran(4, 1)], says: /went back/ },
]
for (const { name, runs, says } of planted)
  test(`the checker finds a tick ${name}`, () => assert.match(wrongTicks(runs, []).join('\n'), says))
