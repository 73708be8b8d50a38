import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { type Code, type ErrorDetail, SluiceError } from '../../engine/core/errors.ts'
import { State } from '../../engine/runtime/state.ts'
import { type Answer, type House, house } from './house.ts'

const failing = (code: Code, detail?: ErrorDetail) => (): never => {
  throw new SluiceError(code, 'calling', detail)
}
const answered = (status: number, retry: 'safe' | 'unsafe' | 'never' = 'never') =>
  failing('UPSTREAM_REFUSED', { answer: { status }, retry })

/** Fails so often, then answers. */
function failsFirst(times: number, fail: () => never): Answer {
  let left = times
  return () => (left-- > 0 ? fail() : { body: 'good' })
}

const document = (connector: string, call = 'crm.get', beside = '') => `
connectors:
  crm:
    http: http://127.0.0.1:1
${connector.replaceAll(/^/gm, '    ')}
pipelines:
  p:
    steps:
      - call: ${call}
${beside.replaceAll(/^/gm, '        ')}
`

const fast = 'retry: { attempts: 3, delay: 1ms }'

interface Retried {
  readonly name: string
  readonly connector?: string
  readonly call?: string
  readonly beside?: string
  readonly fails: () => never
  readonly attempts: number
}
const retries: readonly Retried[] = [
  { name: 'what never left is tried again, whatever the operation', call: 'crm.post', fails: failing('UNREACHABLE'), attempts: 3 },
  { name: 'what may have happened is tried again where the operation is idempotent', fails: failing('OUTCOME_UNKNOWN'), attempts: 3 },
  { name: 'what may have happened is not tried again where it is not', call: 'crm.post', fails: failing('OUTCOME_UNKNOWN'), attempts: 1 },
  {
    name: 'unless the step says that it is',
    call: 'crm.post',
    beside: 'idempotent: true',
    fails: failing('OUTCOME_UNKNOWN'),
    attempts: 3,
  },
  { name: 'what will fail the same way is not tried again', fails: answered(404), attempts: 1 },
  { name: 'an answer that says try again is', fails: answered(503, 'unsafe'), attempts: 3 },
  {
    name: 'only for the errors that on names',
    connector: 'retry: { attempts: 3, delay: 1ms, on: [TIMEOUT] }',
    fails: failing('UNREACHABLE'),
    attempts: 1,
  },
  { name: 'such as an answer', connector: 'retry: { attempts: 3, delay: 1ms, on: [5xx] }', fails: answered(503, 'unsafe'), attempts: 3 },
  {
    name: 'but on never makes an error one that can be tried again',
    connector: 'retry: { attempts: 3, delay: 1ms, on: ["404"] }',
    fails: answered(404),
    attempts: 1,
  },
  { name: 'retry: 1 is no repetition', connector: 'retry: 1', fails: failing('UNREACHABLE'), attempts: 1 },
  {
    name: 'the retry of a step replaces the connector’s',
    beside: 'retry: { attempts: 2, delay: 1ms }',
    fails: failing('UNREACHABLE'),
    attempts: 2,
  },
  {
    name: 'no pause leads beyond the deadline',
    beside: 'timeout: 100ms\nretry: { attempts: 3, delay: 1ms }',
    fails: failing('UNREACHABLE', { delayMs: 200 }),
    attempts: 1,
  },
]
for (const { name, connector = fast, call, beside, fails, attempts } of retries)
  test(`retry: ${name}`, async context => {
    const { failure, calls } = await house(context, document(`${connector}\nbreaker: false`, call, beside), {
      operations: { 'crm.get': fails, 'crm.post': fails },
    })
    await failure()
    assert.equal(calls.length, attempts)
  })

test('arguments are evaluated once, however often the call is tried', async context => {
  const { run, calls } = await house(context, document(fast, 'crm.get', 'with:\n  query:\n    key: ${{ $uuid() }}'), {
    operations: { 'crm.get': failsFirst(2, failing('UNREACHABLE')) },
  })
  assert.equal((await run()).body, 'good')
  assert.equal(calls.length, 3)
  assert.equal(new Set(calls.map(({ args }) => JSON.stringify(args))).size, 1)
})

test('the error says which attempt was the last, at which connector', async context => {
  const { failure } = await house(context, document(fast), { operations: { 'crm.get': failing('UNREACHABLE') } })
  const { at } = await failure()
  assert.deepEqual({ step: at?.step, connector: at?.connector, attempt: at?.attempt }, { step: 'steps/0', connector: 'crm', attempt: 3 })
})

test('the pause before attempt n is a random part of delay * backoff^(n-2), at most maxDelay, and at least what the system asked for', async context => {
  const pauses: number[] = []
  const { failure } = await house(context, document('retry: { attempts: 5, delay: 10ms, backoff: 3, maxDelay: 50ms }\nbreaker: false'), {
    operations: {
      'crm.get': (() => {
        let last = 0
        return () => {
          const now = performance.now()
          if (last > 0) pauses.push(now - last)
          last = now
          throw new SluiceError('UNREACHABLE', 'no', pauses.length === 3 ? { delayMs: 70 } : {})
        }
      })(),
    },
  })
  const random = mock.method(Math, 'random', () => 1)
  await failure()
  random.mock.restore()
  const expected = [10, 30, 50, 70]
  assert.equal(pauses.length, 4)
  for (const [at, pause] of pauses.entries()) {
    const least = expected[at] ?? 0
    assert.ok(pause >= least - 2 && pause < least + 40, `pause ${at} was ${pause}, not about ${least}`)
  }
})

test('retries of a connector are at most thirty, or a tenth of its calls, in ten seconds', async context => {
  const { failure, calls, clock } = await house(context, document('retry: { attempts: 100, delay: 1ms, maxDelay: 1ms }\nbreaker: false'), {
    operations: { 'crm.get': failing('UNREACHABLE') },
  })
  const spend = async (): Promise<number> => {
    const before = calls.length
    await failure()
    return calls.length - before
  }
  assert.equal(await spend(), 31)
  assert.equal(await spend(), 1)
  clock.move(10_001)
  assert.equal(await spend(), 31)
})

const attempt = async ({ failure }: House): Promise<string> => (await failure()).code

test('the breaker opens after so many failures in a row: then calls fail at once, until a probe is let through', async context => {
  let fail: Answer = failing('UNREACHABLE')
  const made = await house(context, document('breaker: { failures: 3, pause: 5s, maxPause: 15s }\nretry: 1'), {
    operations: { 'crm.get': (args, scope) => fail(args, scope) },
  })
  const { calls, clock } = made
  for (const _ of [1, 2, 3]) assert.equal(await attempt(made), 'UNREACHABLE')
  const open = await made.failure()
  assert.equal(open.code, 'BREAKER_OPEN')
  assert.equal(open.detail.delayMs, 5000)
  assert.equal(open.detail.headers?.['retry-after'], '5')
  assert.equal(calls.length, 3)

  clock.move(4999)
  assert.equal(await attempt(made), 'BREAKER_OPEN')
  clock.move(1)
  assert.equal(await attempt(made), 'UNREACHABLE', 'the probe')
  assert.equal(await attempt(made), 'BREAKER_OPEN')
  clock.move(9999)
  assert.equal(await attempt(made), 'BREAKER_OPEN', 'the pause is doubled')
  clock.move(1)
  assert.equal(await attempt(made), 'UNREACHABLE')
  clock.move(14_999)
  assert.equal(await attempt(made), 'BREAKER_OPEN', 'the longest pause')
  clock.move(1)
  fail = () => ({ body: 'well' })
  assert.equal((await made.run()).body, 'well')
  fail = failing('UNREACHABLE')
  assert.equal(await attempt(made), 'UNREACHABLE', 'it is closed again')
})

test('a half-open breaker lets one probe through at a time', async context => {
  let answer: (() => void) | undefined
  let fail: Answer = failing('UNREACHABLE')
  const made = await house(context, document('breaker: { failures: 1 }\nretry: 1'), {
    operations: { 'crm.get': (args, scope) => fail(args, scope) },
  })
  await attempt(made)
  made.clock.move(5000)
  fail = () =>
    new Promise(resolve => {
      answer = () => resolve({ body: 'well' })
    })
  const probe = made.run()
  assert.equal(await attempt(made), 'BREAKER_OPEN')
  answer?.()
  assert.equal((await probe).body, 'well')
})

const verdicts: readonly { readonly name: string; readonly fails: () => never; readonly opens: boolean }[] = [
  { name: 'UNREACHABLE', fails: failing('UNREACHABLE'), opens: true },
  { name: 'TIMEOUT', fails: failing('TIMEOUT'), opens: true },
  { name: 'an answer of 503', fails: answered(503), opens: true },
  { name: 'an answer of 404', fails: answered(404), opens: false },
  { name: 'an answer of 429', fails: answered(429), opens: false },
  { name: 'a call that its caller cancelled', fails: failing('CANCELLED'), opens: false },
]
for (const { name, fails, opens } of verdicts)
  test(`the breaker ${opens ? 'counts' : 'does not count'} ${name}`, async context => {
    const made = await house(context, document('breaker: { failures: 2 }\nretry: 1'), { operations: { 'crm.get': fails } })
    await attempt(made)
    await attempt(made)
    assert.equal((await attempt(made)) === 'BREAKER_OPEN', opens)
  })

test('the breaker also opens when half of the calls in its window failed, and forgets what is older', async context => {
  let count = 0
  const made = await house(context, document('breaker: { failures: 100, window: 10s, calls: 8 }\nretry: 1'), {
    operations: { 'crm.get': () => (count++ % 2 === 0 ? { body: 1 } : failing('UNREACHABLE')()) },
  })
  const call = async (): Promise<string> =>
    made.run().then(
      () => 'good',
      (error: SluiceError) => error.code,
    )
  for (const _ of [1, 2, 3, 4, 5, 6]) await call()
  made.clock.move(11_000)
  for (const _ of [1, 2, 3, 4, 5, 6, 7, 8]) assert.notEqual(await call(), 'BREAKER_OPEN')
  assert.equal(await call(), 'BREAKER_OPEN')
})

test('breaker: false switches it off', async context => {
  const made = await house(context, document('breaker: false\nretry: 1'), { operations: { 'crm.get': failing('UNREACHABLE') } })
  for (const _ of [1, 2, 3, 4, 5, 6, 7]) assert.equal(await attempt(made), 'UNREACHABLE')
})

test('a breaker stays open over a reload that did not change its connector', async context => {
  const state = new State()
  const options = { state, operations: { 'crm.get': failing('UNREACHABLE') } }
  const before = await house(context, document('breaker: { failures: 1 }\nretry: 1'), options)
  await attempt(before)
  const same = await house(context, document('breaker: { failures: 1 }\nretry: 1', 'crm.get', 'name: other'), options)
  assert.equal(await attempt(same), 'BREAKER_OPEN')
  const changed = await house(context, document('breaker: { failures: 2 }\nretry: 1'), options)
  assert.equal(await attempt(changed), 'UNREACHABLE')
})

test('an attempt that takes longer than the connector’s timeout is TIMEOUT, and tried again where it may', async context => {
  let count = 0
  const { run } = await house(context, document('timeout: 20ms\nretry: { attempts: 2, delay: 1ms }'), {
    operations: { 'crm.get': () => (count++ === 0 ? new Promise(() => undefined) : { body: 'second' }) },
  })
  assert.equal((await run()).body, 'second')
})

test('concurrency: so many calls at once, as many more wait in order, the rest is OVERLOADED', async context => {
  const release: (() => void)[] = []
  const { run, failure, calls } = await house(context, document('concurrency: 2\nretry: 1'), {
    operations: { 'crm.get': () => new Promise(resolve => release.push(() => resolve({ body: 1 }))) },
  })
  const running = [run(), run(), run(), run()]
  const refused = await failure()
  assert.equal(refused.code, 'OVERLOADED')
  assert.match(refused.message, /connector crm is at its limit of 2 at once/)
  assert.equal(calls.length, 2)
  while (release.length > 0) {
    release.shift()?.()
    await new Promise(setImmediate)
  }
  assert.equal((await Promise.all(running)).length, 4)
  assert.equal(calls.length, 4)
})

test('a call that waits for its turn waits no longer than the connector’s timeout', async context => {
  const { run, failure } = await house(context, document('concurrency: 1\ntimeout: 30ms\nretry: 1\nbreaker: false'), {
    operations: { 'crm.get': () => new Promise(() => undefined) },
  })
  const [first, second] = await Promise.all([run().catch((error: SluiceError) => error.code), failure()])
  assert.equal(first, 'TIMEOUT')
  assert.ok(['OVERLOADED', 'TIMEOUT'].includes(second.code), second.code)
})

test('rateLimit: count calls at once, then one each count-th of the time; who cannot have a turn in time is OVERLOADED', async context => {
  const { run, failure, calls, clock } = await house(context, document('rateLimit: { count: 2, per: 10s }\ntimeout: 1s\nretry: 1'), {
    operations: { 'crm.get': () => ({ body: 1 }) },
  })
  await run()
  await run()
  assert.equal((await failure()).code, 'OVERLOADED')
  clock.move(5000)
  await run()
  assert.equal((await failure()).code, 'OVERLOADED')
  clock.move(4995)
  const started = performance.now()
  await run()
  assert.ok(performance.now() - started >= 3, 'a turn that comes within the timeout is waited for')
  assert.equal(calls.length, 4)
})

test('a clock that is set back makes nobody wait for it', async context => {
  const { run, clock } = await house(context, document('rateLimit: { count: 1, per: 1s }\nbreaker: { failures: 1 }\nretry: 1'), {
    operations: { 'crm.get': failsFirst(1, failing('UNREACHABLE')) },
  })
  await run().catch(() => undefined)
  clock.move(-3_600_000)
  assert.equal((await run()).body, 'good')
})

const blocks: readonly { readonly name: string; readonly yaml: string; readonly attempts: number }[] = [
  {
    name: 'a block of idempotent calls is run again as a whole',
    yaml: 'do:\n  - call: crm.get\nretry: { attempts: 3, delay: 1ms }',
    attempts: 3,
  },
  { name: 'a block with a call that is not is not', yaml: 'do:\n  - call: crm.post\nretry: { attempts: 3, delay: 1ms }', attempts: 1 },
  {
    name: 'nor with one in a branch, a loop, a catch or a finally',
    yaml: `do:
  - call: crm.get
    catch:
      - on: never
        steps:
          - each: \${{ [1] }}
            steps:
              - choose:
                  - otherwise:
                      - call: crm.post
retry: { attempts: 3, delay: 1ms }`,
    attempts: 1,
  },
  {
    name: 'unless it says that it may',
    yaml: 'do:\n  - call: crm.post\nretry: { attempts: 3, delay: 1ms }\nidempotent: true',
    attempts: 3,
  },
]
for (const { name, yaml, attempts } of blocks)
  test(`retry: ${name}`, async context => {
    const fails = failing('OUTCOME_UNKNOWN')
    const { failure, calls } = await house(context, `steps:\n  - ${yaml.replaceAll('\n', '\n    ')}`, {
      operations: { 'crm.get': fails, 'crm.post': fails },
    })
    await failure()
    assert.equal(calls.length, attempts)
  })
