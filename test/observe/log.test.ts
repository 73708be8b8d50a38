import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Fields } from '../../engine/core/ports.ts'
import { Secret, secretUrl } from '../../engine/core/secret.ts'
import { type BufferedLogger, createLog, type LogOptions } from '../../engine/observe/log.ts'

interface Written {
  readonly log: BufferedLogger
  readonly chunks: readonly string[]
  /** All that is written, after a flush. */
  readonly text: () => string
}

function open(options: Partial<LogOptions> = {}): Written {
  const chunks: string[] = []
  const log = createLog({ level: 'info', format: 'json', write: chunk => chunks.push(chunk), ...options })
  return {
    log,
    chunks,
    text: () => {
      log.flush()
      return chunks.join('')
    },
  }
}

/** The fields of one line, written as JSON at level error. */
function fields(given: Fields, options: Partial<LogOptions> = {}): Readonly<Record<string, unknown>> {
  const { log, text } = open(options)
  log.error('happened', given)
  const { time, level, event, ...rest } = JSON.parse(text())
  assert.deepEqual([level, event, new Date(time).toISOString()], ['error', 'happened', time])
  return rest
}

const ring: { name: string; self?: unknown } = { name: 'ring' }
ring.self = ring
const failure = new SluiceError('UNREACHABLE', 'connecting to there:80', {
  cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  headers: { authorization: 'Basic hidden' },
})
failure.at = { step: 'steps/2', connector: 'rates', where: { file: 'a.yaml', line: 3, column: 5, pointer: '/steps/2' } }
const unreadable = Object.defineProperty({}, 'a', {
  enumerable: true,
  get() {
    throw new Error('no')
  },
})

const cases: readonly { readonly name: string; readonly value: unknown; readonly want: unknown }[] = [
  { name: 'text', value: 'a "quoted"\nline\t\\', want: 'a "quoted"\nline\t\\' },
  { name: 'a lone surrogate', value: 'a\ud800b', want: 'a\ud800b' },
  { name: 'a number', value: 1.5, want: 1.5 },
  { name: 'a number that JSON does not have', value: Number.NaN, want: 'NaN' },
  { name: 'a large integer', value: 12345678901234567890n, want: '12345678901234567890' },
  { name: 'null and booleans', value: [null, true, false], want: [null, true, false] },
  { name: 'an object, less what is undefined', value: { a: 1, b: undefined, c: { d: [1, 'x'] } }, want: { a: 1, c: { d: [1, 'x'] } } },
  { name: 'a secret', value: new Secret('hunter2'), want: '***' },
  { name: 'a secret somewhere inside', value: { list: [{ password: new Secret('hunter2') }] }, want: { list: [{ password: '***' }] } },
  { name: 'an address with user info', value: secretUrl('redis://me:hunter2@host:6379'), want: 'redis://***@host:6379' },
  {
    name: 'an error, with its place and causes and without headers',
    value: failure,
    want: {
      code: 'UNREACHABLE',
      message: 'connecting to there:80',
      step: 'steps/2',
      connector: 'rates',
      at: 'a.yaml:3:5',
      cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    },
  },
  {
    name: 'an author’s own code',
    value: new SluiceError('REFUSED', 'no', { reason: 'no-such-order' }),
    want: { code: 'no-such-order', message: 'no' },
  },
  {
    name: 'several errors',
    value: new AggregateError([new TypeError('a')], 'all'),
    want: { name: 'AggregateError', message: 'all', errors: [{ name: 'TypeError', message: 'a' }] },
  },
  { name: 'a ring', value: ring, want: { name: 'ring', self: '(circular)' } },
  { name: 'the same thing twice, which is no ring', value: { a: failureless(), b: failureless() }, want: { a: { x: 1 }, b: { x: 1 } } },
  { name: 'bytes and blobs by their size', value: [new Uint8Array(5), new Blob(['abc'])], want: ['(5 bytes)', '(3 bytes)'] },
  { name: 'a function', value: () => 1, want: '(function)' },
  { name: 'a map and a set', value: [new Map([['a', 1]]), new Set([1])], want: [{ a: 1 }, [1]] },
  { name: 'the name __proto__', value: JSON.parse('{"__proto__": 1}'), want: JSON.parse('{"__proto__": 1}') },
  { name: 'what cannot be read', value: unreadable, want: '(unreadable)' },
]
function failureless(): object {
  return { x: 1 }
}
for (const { name, value, want } of cases) test(`log: ${name} is written`, () => assert.deepEqual(fields({ value }), { value: want }))

const huge: readonly { readonly name: string; readonly value: unknown }[] = [
  { name: 'a long text', value: 'a'.repeat(1_000_000) },
  { name: 'a long list', value: Array.from({ length: 100_000 }, (_, at) => at) },
  { name: 'many names', value: Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`name${at}`, 'x'.repeat(200)])) },
  { name: 'a long name', value: { ['a'.repeat(1_000_000)]: 1 } },
  { name: 'a deep thing', value: Array.from({ length: 10_000 }).reduce<unknown>(inner => ({ inner }), 1) },
  { name: 'an error that says much', value: new Error('a'.repeat(1_000_000)) },
  { name: 'a wide and deep thing', value: wide(6) },
]
function wide(depth: number): unknown {
  return depth === 0 ? 'x' : Array.from({ length: 50 }, () => (depth > 3 ? wide(depth - 1) : 'leaf'))
}
for (const { name, value } of huge)
  test(`log: ${name} takes no more than some 8 kB, and is still JSON`, () => {
    const text = JSON.stringify(fields({ value }).value)
    assert.ok(text.length < 12_000, `${text.length} characters`)
    assert.match(text, /…/)
  })

test('log: a fact called like a fixed one gets a "_" behind it', () =>
  assert.deepEqual(fields({ level: 'low', time: 1, event: 'x', id: 2 }), { level_: 'low', time_: 1, event_: 'x', id: 2 }))

test('log: a child has its fields on every line, before those of the line', () => {
  const { log, text } = open()
  log.child({ connector: 'rates' }).child({ attempt: 1 }).warn('slow', { ms: 5 })
  assert.match(text(), /"event":"slow","connector":"rates","attempt":1,"ms":5\}\n$/)
})

test('log: nothing below the level is written', () => {
  const { log, text } = open({ level: 'warn' })
  for (const one of [log, log.child({ a: 1 })]) {
    one.debug('debug')
    one.info('info')
    one.warn('warn')
    one.error('error')
  }
  assert.deepEqual(
    text().match(/"event":"\w+"/g),
    ['warn', 'error', 'warn', 'error'].map(event => `"event":"${event}"`),
  )
})

test('log: stacks are written at level debug alone', () => {
  assert.deepEqual(fields({ error: new Error('no') }), { error: { message: 'no' } })
  const { error } = fields({ error: new Error('no') }, { level: 'debug' })
  assert.match(JSON.stringify(error), /log\.test\.ts/)
})

test('log: no line can be forged, nor a terminal be led', () => {
  for (const format of ['json', 'text'] as const) {
    const { log, text } = open({ format })
    log.info('asked\nerror', { 'na\nme': 'x', path: '/a\r\n{"level":"error"}', title: '\u001b[31m\u009b31m\u2028' })
    const [line, ...rest] = text().split('\n')
    assert.deepEqual(rest, [''])
    assert.doesNotMatch(line ?? '', /[\p{Cc}\u2028]/u)
  }
})

test('log: for a terminal a line is time, level, event and facts', () => {
  const { log, text } = open({ format: 'text' })
  log.child({ pipeline: 'get-rate' }).info('access', { status: 200, path: '/hello', note: 'two words', none: undefined, list: [1] })
  assert.match(text(), /^\d\d:\d\d:\d\d\.\d\d\d info {2}access pipeline=get-rate status=200 path=\/hello note="two words" list=\[1\]\n$/)
})

test('log: lines are written together in the next turn of the event loop', async () => {
  const { log, chunks } = open()
  log.info('one')
  log.info('two')
  assert.equal(chunks.length, 0)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(
    chunks.map(chunk => chunk.match(/one|two/g)),
    [['one', 'two']],
  )
})

test('log: 64 kB are written at once', () => {
  const { log, chunks } = open()
  for (let line = 0; line < 20; line += 1) log.info('filled', { text: 'a'.repeat(8_000) })
  assert.ok(chunks.length >= 2)
  assert.ok(chunks.every(chunk => chunk.length < 80_000 && chunk.endsWith('\n')))
})

test('log: a place that cannot be written to fails nobody', () => {
  const { log } = open({
    write: () => {
      throw new Error('the disk is full')
    },
  })
  log.error('happened')
  log.flush()
})
