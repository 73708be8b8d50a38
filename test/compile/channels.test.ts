import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Body, Source } from '../../engine/core/message.ts'
import { house, http, textOf } from './house.ts'

const limits = [
  { name: 'its channel', yaml: http('concurrency: 2', 'steps:\n  - call: crm.get') },
  { name: 'its pipeline', yaml: http('', 'concurrency: 2\nsteps:\n  - call: crm.get') },
]
for (const { name, yaml } of limits)
  test(`above the concurrency of ${name} a caller is refused, with the time to come again`, async context => {
    const release: (() => void)[] = []
    const { request, revision } = await house(context, yaml, {
      operations: { 'crm.get': () => new Promise(resolve => release.push(() => resolve({ body: 1 }))) },
    })
    const running = [request({}), request({})]
    await new Promise(setImmediate)
    assert.equal(revision.inFlight, 2)
    const refused = await request({})
    assert.equal(refused.status, 503)
    assert.equal(refused.headers['retry-after'], '1')
    for (const answer of release) answer()
    assert.deepEqual(
      (await Promise.all(running)).map(({ status }) => status),
      [200, 200],
    )
    const after = request({})
    await new Promise(setImmediate)
    release.at(-1)?.()
    assert.equal((await after).status, 200)
    assert.equal(revision.inFlight, 0)
  })

test('a caller that goes away cuts the calls of its message, and nothing more is begun', async context => {
  const gone = new AbortController()
  let cut: unknown
  const { request, calls, records } = await house(context, http('', 'steps:\n  - call: crm.get\n  - call: crm.put'), {
    operations: {
      'crm.get': (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            cut = signal.reason
            reject(signal.reason)
          }),
        ),
    },
  })
  const reply = request({ signal: gone.signal })
  await new Promise(setImmediate)
  gone.abort()
  assert.equal((await reply).status, 499)
  assert.equal(cut instanceof SluiceError && cut.code, 'CANCELLED')
  assert.equal(calls.length, 1)
  assert.equal(records[0]?.error, 'CANCELLED')
})

const tick = { headers: {}, body: { value: {} }, source: { tick: '2013-09-03T00:00:00Z' } satisfies Source }
const consuming = (more: string) => `channels:\n  - schedule: { every: 1h, body: { kind: daily } }\n${more}`

test('a consuming channel acknowledges with the reply, refuses with the error, and is recorded either way', async context => {
  const { revision, records } = await house(
    context,
    consuming(
      'steps:\n  - fail:\n      code: no\n      status: 503\n    when: ${{ bad }}\n  - transform:\n      tick: ${{ $meta.tick }}\n      attempt: ${{ $meta.attempt }}',
    ),
  )
  const [handle] = revision.consumers.values()
  assert.ok(handle !== undefined)
  const reply = await handle({ ...tick, body: { value: { bad: false } }, redelivered: 2 })
  assert.deepEqual(JSON.parse(textOf(reply)), { tick: '2013-09-03T00:00:00Z', attempt: 3 })
  await assert.rejects(
    handle({ ...tick, body: { value: { bad: true } } }),
    (error: SluiceError) => error.reason === 'no' && error.retry === 'unsafe',
  )
  assert.deepEqual(
    records.map(({ pipeline, channel, status, error }) => [pipeline, channel, status, error]),
    [
      ['p', 'schedule', 200, undefined],
      ['p', 'schedule', 503, 'no'],
    ],
  )
  assert.match(records[0]?.id ?? '', /^[A-Za-z0-9._-]{8,64}$/)
})

test('above a limit a consuming channel waits instead of refusing', async context => {
  const release: (() => void)[] = []
  const { revision, calls } = await house(context, consuming('concurrency: 1\nsteps:\n  - call: crm.get'), {
    operations: { 'crm.get': () => new Promise(resolve => release.push(() => resolve({ body: 1 }))) },
  })
  const [handle] = revision.consumers.values()
  assert.ok(handle !== undefined)
  const both = [handle(tick), handle(tick)]
  await new Promise(setImmediate)
  assert.equal(calls.length, 1)
  release.shift()?.()
  await both[0]
  await new Promise(setImmediate)
  release.shift()?.()
  await Promise.all(both)
  assert.equal(calls.length, 2)
})

const ids: readonly { readonly given: string | undefined; readonly kept: boolean }[] = [
  { given: 'order-12345', kept: true },
  { given: 'short', kept: false },
  { given: 'not well formed', kept: false },
  { given: undefined, kept: false },
]
for (const { given, kept } of ids)
  test(`the correlation id ${given} is ${kept ? 'taken over' : 'replaced'}`, async context => {
    const { run } = await house(context, 'steps:\n  - transform: ${{ $meta.id }}')
    const body: Body = (await run({}, { id: given })).body
    assert.equal(body === given, kept)
    assert.match(String(body), /^[A-Za-z0-9._-]{8,64}$/)
  })
