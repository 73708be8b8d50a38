import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../../engine/core/component.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Body } from '../../engine/core/message.ts'
import { house } from './house.ts'

interface Case {
  readonly name: string
  readonly yaml: string
  readonly given?: Body
  readonly want: Body
}

const collect = `
steps:
  - each: \${{ lines }}
    steps:
      - transform:
          sku: \${{ sku }}
          place: \${{ $index }}
          same: \${{ $item = $ }}
    collect: true`

const cases: readonly Case[] = [
  {
    name: 'each runs its steps for every item, which is the body, $item and, by its place, $index',
    yaml: collect,
    given: { lines: [{ sku: 'a' }, { sku: 'b' }] },
    want: [
      { sku: 'a', place: 0, same: true },
      { sku: 'b', place: 1, same: true },
    ],
  },
  { name: 'each takes one thing as one item', yaml: collect, given: { lines: { sku: 'a' } }, want: [{ sku: 'a', place: 0, same: true }] },
  { name: 'each takes nothing as no item', yaml: collect, given: {}, want: [] },
  {
    name: 'each without collect leaves the body, and names set inside end there',
    yaml: `
      steps:
        - set:
            seen: before
        - each: \${{ [1, 2] }}
          steps:
            - set:
                seen: \${{ $item }}
        - transform:
            body: \${{ $ }}
            seen: \${{ $seen }}`,
    given: { a: 1 },
    want: { body: { a: 1 }, seen: 'before' },
  },
  {
    name: 'each with batch runs its steps for lists of that many items at most',
    yaml: `
      steps:
        - each: \${{ [1, 2, 3, 4, 5] }}
          batch: 2
          steps:
            - transform: \${{ $sum($) }}
          collect: true`,
    want: [3, 7, 5],
  },
  {
    name: 'each collects in the order of the items, whatever is done first',
    yaml: `
      steps:
        - each: \${{ [3, 1, 2] }}
          concurrency: 3
          steps:
            - choose:
                - when: \${{ $ = 3 }}
                  steps:
                    - delay: 5ms
          collect: true`,
    want: [3, 1, 2],
  },
  {
    name: 'each with as binds what it collects and leaves the body',
    yaml: `
      steps:
        - each: \${{ [1, 2] }}
          steps:
            - transform: \${{ $ * 10 }}
          collect: true
          as: tens
        - transform:
            body: \${{ a }}
            tens: \${{ $tens }}`,
    given: { a: 1 },
    want: { body: 1, tens: [10, 20] },
  },
  {
    name: 'what leaves nothing is not collected',
    yaml: `
      steps:
        - each: \${{ [1, 2, 3] }}
          steps:
            - transform: "\${{ $ = 2 ? $input.missing : $ }}"
          collect: true`,
    want: [1, 3],
  },
  {
    name: 'repeat hands the body from round to round while its condition holds',
    yaml: `
      steps:
        - repeat:
            while: \${{ n < 3 }}
            max: 10
          steps:
            - set:
                lost: true
            - transform:
                n: \${{ n + 1 }}`,
    given: { n: 0 },
    want: { n: 3 },
  },
  {
    name: 'repeat asks before the first round',
    yaml: `
      steps:
        - repeat:
            while: \${{ false }}
            max: 1
          steps:
            - fail:
                code: never`,
    given: { n: 0 },
    want: { n: 0 },
  },
  {
    name: 'repeat runs as many rounds as its limit allows',
    yaml: `
      steps:
        - repeat:
            while: \${{ n < 3 }}
            max: 3
          steps:
            - delay: 1ms
            - transform:
                n: \${{ n + 1 }}`,
    given: { n: 0 },
    want: { n: 3 },
  },
  {
    name: 'parallel gives an object by name; a branch that leaves nothing leaves its name out',
    yaml: `
      steps:
        - parallel:
            one:
              - transform: \${{ a }}
            two:
              - delay: 1ms
              - transform: \${{ a + 1 }}
            none:
              - transform: \${{ missing }}`,
    given: { a: 1 },
    want: { one: 1, two: 2 },
  },
  {
    name: 'parallel with any gives the first success',
    yaml: `
      steps:
        - parallel:
            broken:
              - fail:
                  code: no
            slow:
              - delay: 1h
              - transform: slow
            fast:
              - delay: 1ms
              - transform: fast
          wait: any`,
    want: 'fast',
  },
]

for (const { name, yaml, given, want } of cases)
  test(name, async context => {
    const { run } = await house(context, yaml)
    assert.deepEqual((await run(given)).body, want)
  })

test('parallel with settled gives { value } or { error } of every branch', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - parallel:
          good:
            - transform: 1
          bad:
            - fail:
                code: out-of-stock
                status: 409
        wait: settled`,
  )
  const { body } = await run()
  assert.deepEqual(body, {
    good: { value: 1 },
    bad: { error: { code: 'out-of-stock', message: 'out-of-stock', status: 409, step: 'steps/0/parallel/bad/0', attempt: 1 } },
  })
})

const limits = [
  {
    name: 'repeat fails with LIMIT when it reaches its limit of rounds',
    yaml: 'steps:\n  - repeat:\n      while: "${{ true }}"\n      max: 5\n    steps:\n      - transform: 1',
    says: /limit of 5 rounds/,
  },
  {
    name: 'repeat that waits fails with LIMIT as well',
    yaml: 'steps:\n  - repeat:\n      while: "${{ true }}"\n      max: 5\n    steps:\n      - delay: 1ms',
    says: /limit of 5 rounds/,
  },
]
for (const { name, yaml, says } of limits)
  test(name, async context => {
    const { failure } = await house(context, yaml)
    const error = await failure({})
    assert.equal(error.code, 'LIMIT')
    assert.match(error.message, says)
  })

test('each does as many items at once as concurrency says, and no more', async context => {
  let running = 0
  let most = 0
  const { run } = await house(
    context,
    `
    steps:
      - each: \${{ [1, 2, 3, 4, 5, 6] }}
        concurrency: 3
        steps:
          - call: crm.get
        collect: true`,
    {
      operations: {
        'crm.get': async () => {
          running += 1
          most = Math.max(most, running)
          await new Promise(setImmediate)
          running -= 1
          return { body: 'x' }
        },
      },
    },
  )
  assert.deepEqual((await run()).body, ['x', 'x', 'x', 'x', 'x', 'x'])
  assert.equal(most, 3)
})

const siblings = {
  each: `
    steps:
      - each: \${{ [1, 2, 3] }}
        concurrency: 2
        steps:
          - call: crm.get
            with:
              path: /\${{ $ }}`,
  parallel: `
    steps:
      - parallel:
          one:
            - call: crm.get
              with:
                path: /1
          two:
            - call: crm.get
              with:
                path: /2`,
}
for (const [verb, yaml] of Object.entries(siblings))
  test(`the first error of ${verb} cancels the others and is the error`, async context => {
    let cut: unknown
    const { failure, calls } = await house(context, yaml, {
      operations: {
        'crm.get': ({ path }, { signal }) =>
          new Promise<Result>((_, reject) => {
            if (path === '/2') setImmediate(reject, new SluiceError('UPSTREAM_REFUSED', 'no', { answer: { status: 404 } }))
            signal.addEventListener('abort', () => {
              cut = signal.reason
              reject(cut)
            })
          }),
      },
    })
    const error = await failure()
    assert.equal(error.code, 'UPSTREAM_REFUSED')
    await new Promise(setImmediate)
    assert.equal(cut instanceof SluiceError && cut.code, 'CANCELLED')
    assert.equal(calls.length, 2, 'no third item is begun')
  })

test('a long loop without a wait lets others have their turn, and ends at the deadline', async context => {
  const { failure } = await house(
    context,
    `
    timeout: 500ms
    steps:
      - repeat:
          while: \${{ true }}
          max: 1000000
        steps:
          - transform: \${{ $count([1..50]) }}`,
  )
  let turns = 0
  const other = setInterval(() => turns++, 1)
  const started = performance.now()
  const error = await failure({})
  clearInterval(other)
  assert.equal(error.code, 'DEADLINE')
  assert.ok(performance.now() - started < 20_000)
  assert.ok(turns >= 2, `others had ${turns} turns`)
})

test('an item list of a hundred thousand needs no more than its own memory', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - each: \${{ $ }}
        steps:
          - transform: \${{ $ + 1 }}
        collect: true`,
  )
  const { body } = await run(Array.from({ length: 100_000 }, (_, at) => at))
  assert.ok(Array.isArray(body))
  assert.equal(body.length, 100_000)
  assert.equal(body.at(-1), 100_000)
})
