import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body } from '../../engine/core/message.ts'
import type { StepEvent } from '../../engine/core/scope.ts'
import { house } from './house.ts'

const whens: readonly { readonly given: Body; readonly want?: Body; readonly says?: RegExp }[] = [
  { given: { ok: true }, want: 'ran' },
  { given: { ok: false }, want: { ok: false } },
  { given: {}, says: /nothing: write/ },
  { given: { ok: null }, says: /null/ },
  { given: { ok: 'true' }, says: /a text/ },
  { given: { ok: 1 }, says: /a number/ },
  { given: { ok: [true] }, says: /a list/ },
  { given: { ok: {} }, says: /an object/ },
]
for (const { given, want, says } of whens)
  test(`when runs on true, skips on false, and fails on anything else: ${JSON.stringify(given)}`, async context => {
    const { run, failure } = await house(context, 'steps:\n  - transform: ran\n    when: "${{ ok }}"')
    if (says === undefined) {
      assert.deepEqual((await run(given)).body, want)
      return
    }
    const error = await failure(given)
    assert.equal(error.code, 'EXPRESSION')
    assert.match(error.message, says)
    assert.equal(error.at?.step, 'steps/0')
  })

test('a condition that fails is not caught by its own step', async context => {
  const { failure } = await house(
    context,
    `
    steps:
      - transform: 1
        when: \${{ missing }}
        catch:
          - steps:
              - transform: caught`,
  )
  assert.equal((await failure({})).code, 'EXPRESSION')
})

test('returns checks, fills in and coerces what a call gives', async context => {
  const yaml = `
    steps:
      - call: crm.get
        returns:
          type: object
          required: [n]
          properties:
            n: { type: integer }
            tags: { type: array, items: { type: string }, default: [] }`
  const good = await house(context, yaml, { operations: { 'crm.get': () => ({ body: { n: '7' } }) } })
  assert.deepEqual((await good.run()).body, { n: 7, tags: [] })
  const bad = await house(context, yaml, { operations: { 'crm.get': () => ({ body: { n: 'x' } }) } })
  const error = await bad.failure()
  assert.deepEqual({ code: error.code, status: error.status }, { code: 'RETURNS_INVALID', status: 502 })
  assert.deepEqual(error.detail.violations, [{ pointer: '/n', text: 'must be an integer' }])
})

test('a step that takes longer than its timeout is TIMEOUT, also where it ignores its signal', async context => {
  const { failure } = await house(context, 'steps:\n  - call: crm.get\n    timeout: 20ms\n    name: slow', {
    operations: { 'crm.get': () => new Promise(() => undefined) },
  })
  const started = performance.now()
  const error = await failure()
  assert.ok(performance.now() - started < 20_000)
  assert.equal(error.code, 'TIMEOUT')
})

test('a timeout can be caught, for the message has time left', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - delay: 1h
        timeout: 10ms
        catch:
          - on: TIMEOUT
            steps:
              - transform: instead`,
  )
  assert.equal((await run()).body, 'instead')
})

test('past the deadline of the message nothing is caught and nothing more is begun', async context => {
  const { failure, calls } = await house(
    context,
    `
    timeout: 20ms
    steps:
      - delay: 1h
        catch:
          - steps:
              - call: crm.get
      - call: crm.get`,
    { operations: { 'crm.get': () => undefined } },
  )
  const error = await failure()
  assert.equal(error.code, 'DEADLINE')
  assert.equal(error.status, 504)
  await new Promise(setImmediate)
  assert.equal(calls.length, 0)
})

test('finally runs after success and after failure, and its result is dropped', async context => {
  const { run, failure, calls } = await house(
    context,
    `
    steps:
      - fail:
          code: no
        when: \${{ bad }}
      - do:
          - transform: result
          - fail:
              code: later
            when: \${{ $input.worse }}
        finally:
          - call: crm.put
            with:
              body:
                error: \${{ $error.code ?? 'none' }}
                body: \${{ $ }}`,
    { operations: { 'crm.put': () => ({ body: 'dropped' }) } },
  )
  assert.equal((await run({ bad: false, worse: false })).body, 'result')
  assert.equal((await failure({ bad: false, worse: true })).reason, 'later')
  const bodies = calls.map(({ args }) => Buffer.from((args['body'] as { readonly bytes: Uint8Array }).bytes).toString())
  assert.deepEqual(bodies, ['{"error":"none","body":{"bad":false,"worse":false}}', '{"error":"later","body":{"bad":false,"worse":true}}'])
})

test('finally that fails makes a success a failure, and is only logged after one', async context => {
  const { failure, lines } = await house(
    context,
    `
    steps:
      - transform: good
      - fail:
          code: first
        when: \${{ $input.bad }}
    finally:
      - fail:
          code: cleaning`,
  )
  assert.equal((await failure({ bad: false })).reason, 'cleaning')
  assert.equal((await failure({ bad: true })).reason, 'first')
  assert.deepEqual(
    lines.map(({ level, event }) => [level, event]),
    [['warn', 'finally failed']],
  )
})

test('finally runs also where the deadline cuts a step that ignores it, and keeps the revision in flight until it is done', async context => {
  let release: (() => void) | undefined
  const { failure, revision, calls } = await house(
    context,
    `
    timeout: 20ms
    steps:
      - call: crm.get
    finally:
      - call: crm.put`,
    {
      operations: {
        'crm.get': () => new Promise(() => undefined),
        'crm.put': () =>
          new Promise(resolve => {
            release = () => resolve(undefined)
          }),
      },
    },
  )
  assert.equal((await failure()).code, 'DEADLINE')
  await new Promise(setImmediate)
  assert.deepEqual(
    calls.map(({ operation }) => operation),
    ['crm.get', 'crm.put'],
  )
  assert.equal(revision.inFlight, 1)
  const drained = revision.drained()
  release?.()
  await drained
  assert.equal(revision.inFlight, 0)
})

test('the catch of a pipeline guards all of its steps; its reply is built after it', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - fail:
          code: no
    catch:
      - on: no
        steps:
          - transform: caught
    reply:
      body:
        was: \${{ $ }}`,
  )
  assert.deepEqual((await run()).body, { was: 'caught' })
})

test('a watcher is told of every step as it ends: what came, what went, how long, how deep, whether it was skipped or failed', async context => {
  const events: StepEvent[] = []
  const { run } = await house(
    context,
    `
    steps:
      - transform: 1
        as: one
      - transform: 2
        when: \${{ false }}
      - do:
          - transform: \${{ $one + 1 }}
      - fail:
          code: no
        catch:
          - steps:
              - transform: \${{ $ }}`,
  )
  await run('in', {}, event => {
    events.push(event)
    throw new Error('a watcher that throws is not the message’s trouble')
  })
  assert.deepEqual(
    events.map(({ step, verb, input, output, skipped, error, depth }) => [step, verb, depth, input, skipped ?? error?.reason ?? output]),
    [
      ['steps/0', 'transform', 0, 'in', 1],
      ['steps/1', 'transform', 0, 'in', true],
      ['steps/2/do/0', 'transform', 1, 'in', 2],
      ['steps/2', 'do', 0, 'in', 2],
      ['steps/3/catch/0/0', 'transform', 1, 2, 2],
      ['steps/3', 'fail', 0, 2, 2],
    ],
  )
})
