import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Slots } from '../../engine/kit/slots.ts'

const slots = (): Slots => new Slots({ count: 2, waiting: 2, waitMs: 1000, doing: 'calling a system' })

test('slots are taken at once while there are any', () => {
  const free = slots()
  assert.equal(free.take(), undefined)
  assert.equal(free.take(), undefined)
})

test('above them, callers wait, first come first served, and the one above the queue is refused at once', async () => {
  const full = slots()
  void full.take()
  void full.take()
  const order: string[] = []
  const third = full.take()?.then(() => order.push('third'))
  const fourth = full.take()?.then(() => order.push('fourth'))
  await assert.rejects(async () => full.take(), { code: 'OVERLOADED' })
  full.give()
  await third
  assert.deepEqual(order, ['third'])
  full.give()
  await fourth
  assert.deepEqual(order, ['third', 'fourth'])
  full.give()
  full.give()
  assert.equal(full.take(), undefined)
})

test('who waits longer than allowed is refused, and leaves the queue', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const full = slots()
    void full.take()
    void full.take()
    const late = assert.rejects(async () => full.take(), { code: 'OVERLOADED', message: 'calling a system: all 2 connections are busy' })
    mock.timers.tick(1000)
    await late
    full.give()
    assert.equal(full.take(), undefined)
  } finally {
    mock.timers.reset()
  }
})
