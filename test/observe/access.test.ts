import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessRecord } from '../../engine/core/ports.ts'
import { accessLog } from '../../engine/observe/access.ts'
import { createLog, type LogOptions } from '../../engine/observe/log.ts'

function written(record: AccessRecord, level: LogOptions['level']): string {
  const chunks: string[] = []
  const log = createLog({ level, format: 'json', write: chunk => chunks.push(chunk) })
  accessLog(log)(record)
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
