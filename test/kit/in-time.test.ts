import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { inTime } from '../../engine/kit/in-time.ts'

const never = new Promise<void>(() => {})
const quiet = (): AbortSignal => new AbortController().signal

test('work that is done in time is done', async () => assert.equal(await inTime(Promise.resolve(), quiet(), 1000), true))

test('work that fails fails', () => assert.rejects(inTime(Promise.reject(new Error('broken')), quiet(), 1000), /broken/))

test('work that takes longer is left alone', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const waiting = inTime(never, quiet(), 1000)
    mock.timers.tick(1000)
    assert.equal(await waiting, false)
  } finally {
    mock.timers.reset()
  }
})

test('a signal ends the wait, also one that was there before', async () => {
  const controller = new AbortController()
  const waiting = inTime(never, controller.signal, 60_000)
  controller.abort()
  assert.equal(await waiting, false)
  assert.equal(await inTime(never, controller.signal, 60_000), false)
})
