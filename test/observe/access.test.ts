import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { AccessRecord } from '../../engine/core/ports.ts'
import { createLog, type LogOptions } from '../../engine/observe/log.ts'

function written(record: AccessRecord, level: LogOptions['level']): string {
  const chunks: string[] = []
  const log = createLog({ level, format: 'json', write: chunk => chunks.push(chunk) })
  log.access(record)
  log.flush()
  return chunks.join('')
}

test('access: a message is one line with what is known of it', () => {
  const line = JSON.parse(
    written(
      {
        id: 'order-4711',
        pipeline: 'get-rate',
        channel: 'http',
        method: 'GET',
        path: '/a"b',
        status: 502,
        error: 'UNREACHABLE',
        durationMs: 12.345678,
        bytesIn: 0,
      },
      'info',
    ),
  )
  assert.deepEqual(
    { ...line, time: '' },
    {
      time: '',
      level: 'info',
      event: 'access',
      id: 'order-4711',
      pipeline: 'get-rate',
      channel: 'http',
      method: 'GET',
      path: '/a"b',
      status: 502,
      error: 'UNREACHABLE',
      bytesIn: 0,
      durationMs: 12.346,
    },
  )
})

test('access: above level info nothing of the record is read', () => {
  const record = Object.defineProperty({ durationMs: 1 }, 'id', {
    get: () => assert.fail('it was read'),
  })
  // As: the getter that must not be called is the test.
  assert.equal(written(record as AccessRecord, 'warn'), '')
  assert.throws(() => written(record as AccessRecord, 'info'), /it was read/)
})

test('access: lines of ten milliseconds are written together', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const chunks: string[] = []
    const log = createLog({ level: 'info', format: 'json', write: chunk => chunks.push(chunk) })
    log.access({ id: 'order-4711', durationMs: 1 })
    await new Promise(setImmediate)
    log.access({ id: 'order-4712', durationMs: 1 })
    await new Promise(setImmediate)
    assert.equal(chunks.length, 0)
    mock.timers.tick(10)
    assert.deepEqual(
      chunks.map(chunk => chunk.match(/order-\d+/g)),
      [['order-4711', 'order-4712']],
    )
  } finally {
    mock.timers.reset()
  }
})
