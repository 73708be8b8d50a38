import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Delivery, type Journal, judge, type Sent } from './journal.ts'

const sent = (id: string, more: Partial<Sent> = {}): Sent => ({ id, hash: `hash of ${id}`, acknowledged: true, lane: 'a', ...more })
const came = (id: string, life = 0, more: Partial<Delivery> = {}): Delivery => ({ id, hash: `hash of ${id}`, life, ...more })
const journal = (deliveries: readonly Delivery[], all: readonly Sent[] = ['1', '2', '3'].map(id => sent(id))): Journal => {
  return { sent: all, deliveries, kills: 1, inFlight: 1 }
}

interface Planted {
  readonly name: string
  readonly journal: Journal
  readonly want: readonly string[]
}

const cases: readonly Planted[] = [
  { name: 'each once, in order', journal: journal([came('1'), came('2'), came('3', 1)]), want: [] },
  {
    name: 'the one that was in flight at a kill came again',
    journal: journal([came('1'), came('2'), came('2', 1), came('3', 1)]),
    want: [],
  },
  {
    name: 'one that was not acknowledged did not arrive',
    journal: journal([came('1'), came('3')], [sent('1'), sent('2', { acknowledged: false }), sent('3')]),
    want: [],
  },
  {
    name: 'lanes go on beside each other',
    journal: journal([came('2'), came('1')], [sent('1'), sent('2', { lane: 'b' })]),
    want: [],
  },
  {
    name: 'what has no lane has no order',
    journal: journal([came('2'), came('1')], [sent('1', { lane: undefined }), sent('2', { lane: undefined })]),
    want: [],
  },
  { name: 'a loss', journal: journal([came('1'), came('3')]), want: ['2 was acknowledged, and is lost'] },
  { name: 'all lost', journal: journal([], [sent('1')]), want: ['1 was acknowledged, and is lost'] },
  {
    name: 'a corruption',
    journal: journal([came('1'), came('2', 0, { hash: 'another' }), came('3')]),
    want: ['2 is not what was sent'],
  },
  {
    name: 'a repetition that is corrupted',
    journal: journal([came('1'), came('2'), came('2', 1, { hash: 'another' }), came('3', 1)]),
    want: ['2 is not what was sent'],
  },
  { name: 'a message that nobody sent', journal: journal([came('1'), came('2'), came('3'), came('4')]), want: ['4 was never sent'] },
  {
    name: 'a duplicate that no kill explains',
    journal: journal([came('1'), came('2'), came('2'), came('3')]),
    want: ['2 came twice in life 0'],
  },
  {
    name: 'more duplicates than were in flight',
    journal: journal(
      [came('1'), came('2'), came('1', 1), came('2', 1), came('3', 1)],
      ['1', '2', '3'].map(id => sent(id, { lane: id })),
    ),
    want: ['2 came again after life 0, which worked on 1 at once'],
  },
  {
    name: 'a duplicate that an idempotent sink cannot tell',
    journal: journal([came('1'), came('2', 0, { key: 'x' }), came('2', 1, { key: 'y' }), came('3', 1)]),
    want: ['2 came under 2 keys'],
  },
  { name: 'a reorder', journal: journal([came('1'), came('3'), came('2')]), want: ['2 came after one that was sent later'] },
  {
    name: 'a repetition of one that was passed',
    journal: journal([came('1'), came('2'), came('1', 1), came('3', 1)]),
    want: ['1 came after one that was sent later'],
  },
]

for (const { name, journal: planted, want } of cases)
  test(`the judge of journals sees: ${name}`, () => assert.deepEqual(judge(planted).faults, want))

test('the judge counts', () => {
  const { faults, ...figures } = judge({
    ...journal([came('1', 0, { key: 'x' }), came('1', 1, { key: 'y' }), came('2', 1)]),
    kills: 2,
    inFlight: 4,
  })
  assert.equal(faults.length, 2)
  assert.deepEqual(figures, {
    messages: 3,
    acknowledged: 3,
    lost: 1,
    corrupted: 0,
    reordered: 0,
    duplicates: 1,
    bound: 8,
    duplicateEffects: 1,
  })
})
