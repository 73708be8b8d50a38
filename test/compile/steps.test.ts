import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body } from '../../engine/core/message.ts'
import { house } from './house.ts'

interface Case {
  readonly name: string
  readonly yaml: string
  readonly given?: Body
  readonly want: Body
}

const cases: readonly Case[] = [
  {
    name: 'transform builds the new body from a tree, and a leaf without a value leaves its key out',
    yaml: `
      steps:
        - transform:
            total: \${{ $sum(lines.price) }}
            fixed:
              a: [1, 2]
            none: \${{ missing }}
            list:
              - \${{ missing }}
              - text \${{ name }}!`,
    given: { lines: [{ price: 1 }, { price: 2 }], name: 'x' },
    want: { total: 3, fixed: { a: [1, 2] }, list: ['text x!'] },
  },
  {
    name: 'a template that is one expression keeps its type; in a text, nothing is empty, numbers have fifteen digits, objects are JSON',
    yaml: `
      steps:
        - transform:
            number: \${{ n }}
            text: <\${{ n }}|\${{ missing }}|\${{ o }}|\${{ b }}|\${{ third }}>`,
    given: { n: 2, o: { a: 1 }, b: false, third: 0.1 + 0.2 },
    want: { number: 2, text: '<2||{"a":1}|false|0.3>' },
  },
  {
    name: 'names that mean something to JavaScript are names like any other',
    yaml: `
      steps:
        - transform:
            constructor: \${{ constructor }}
            __proto__: \${{ a }}
            hasOwnProperty: \${{ toString }}`,
    given: { a: 1 },
    want: JSON.parse('{ "__proto__": 1 }'),
  },
  {
    name: 'set binds names one after the other and leaves the body',
    yaml: `
      steps:
        - set:
            one: \${{ a }}
            two: \${{ $one + 1 }}
        - transform:
            body: \${{ $ }}
            two: \${{ $two }}`,
    given: { a: 1 },
    want: { body: { a: 1 }, two: 2 },
  },
  {
    name: 'a name set again to nothing is nothing',
    yaml: `
      steps:
        - set:
            one: 1
        - set:
            one: \${{ missing }}
        - transform:
            gone: \${{ $exists($one) }}`,
    want: { gone: false },
  },
  {
    name: '$input is the body as it came in, whatever the steps make of it',
    yaml: `
      steps:
        - transform: other
        - transform: \${{ $input }}`,
    given: { a: 1 },
    want: { a: 1 },
  },
  {
    name: 'choose runs the first branch whose condition is true',
    yaml: `
      steps:
        - choose:
            - when: \${{ n > 10 }}
              steps:
                - transform: large
            - when: \${{ n > 1 }}
              steps:
                - transform: middle
            - otherwise:
                - transform: small`,
    given: { n: 5 },
    want: 'middle',
  },
  {
    name: 'choose runs otherwise where no condition is true',
    yaml: `
      steps:
        - choose:
            - when: \${{ n > 10 }}
              steps:
                - transform: large
            - otherwise:
                - transform: small`,
    given: { n: 5 },
    want: 'small',
  },
  {
    name: 'choose without a match passes the message on unchanged',
    yaml: `
      steps:
        - choose:
            - when: \${{ n > 10 }}
              steps:
                - transform: large`,
    given: { n: 5 },
    want: { n: 5 },
  },
  {
    name: 'names set in a block end with it; its body stays',
    yaml: `
      steps:
        - set:
            a: 1
        - do:
            - set:
                a: 2
            - transform:
                inner: \${{ $a }}
        - transform:
            inner: \${{ inner }}
            outer: \${{ $a }}`,
    want: { inner: 2, outer: 1 },
  },
  {
    name: 'validate fills defaults in and coerces text as input does',
    yaml: `
      steps:
        - validate:
            type: object
            properties:
              n: { type: integer }
              kind: { type: string, default: plain }`,
    given: { n: '007' },
    want: { n: 7, kind: 'plain' },
  },
  {
    name: 'parse makes a value of a text, from the body by default',
    yaml: `
      steps:
        - parse: json`,
    given: '{"a":1}',
    want: { a: 1 },
  },
  {
    name: 'parse takes bytes too, and nothing stays nothing',
    yaml: `
      steps:
        - parse: text
        - set:
            read: \${{ $ }}
        - parse: json
          from: \${{ missing }}
          as: none
        - transform:
            read: \${{ $read }}
            none: \${{ $exists($none) }}`,
    given: Buffer.from('abc'),
    want: { read: 'abc', none: false },
  },
  {
    name: 'format makes a text of a value',
    yaml: `
      steps:
        - format:
            csv: { separator: ";" }
          from: \${{ rows }}`,
    given: { rows: [{ a: 1, b: 'x' }] },
    want: 'a;b\r\n1;x\r\n',
  },
  {
    name: 'format makes bytes where the format is binary',
    yaml: `
      steps:
        - format: bytes`,
    given: 'abc',
    want: new Uint8Array(Buffer.from('abc')),
  },
  {
    name: 'delay waits and passes the message on',
    yaml: `
      steps:
        - delay: 1ms
        - transform: \${{ a }}`,
    given: { a: 1 },
    want: 1,
  },
  {
    name: 'do is a block',
    yaml: `
      steps:
        - do:
            - transform: \${{ a + 1 }}
            - transform: \${{ $ + 1 }}`,
    given: { a: 1 },
    want: 3,
  },
]

for (const { name, yaml, given, want } of cases)
  test(name, async context => {
    const { run } = await house(context, yaml)
    const { body } = await run(given)
    assert.deepEqual(body instanceof Uint8Array ? new Uint8Array(body) : body, want)
  })

test('log writes one line with its fields, the message, the pipeline and the step', async context => {
  const { run, lines } = await house(
    context,
    `
    steps:
      - log:
          level: warn
          message: order \${{ id }} came
          fields:
            lines: \${{ $count(lines) }}
        name: tell`,
  )
  const { body } = await run({ id: 7, lines: [1, 2] }, { id: 'caller-id-1' })
  assert.deepEqual(body, { id: 7, lines: [1, 2] })
  assert.deepEqual(lines, [{ level: 'warn', event: 'order 7 came', fields: { lines: 2, id: 'caller-id-1', pipeline: 'p', step: 'tell' } }])
})

test('fail refuses with the author’s code, status, sentence and details, at its line', async context => {
  const { failure } = await house(
    context,
    `
    steps:
      - fail:
          code: no-rate
          status: 404
          message: there is no rate for \${{ day }}
          details:
            day: \${{ day }}`,
  )
  const error = await failure({ day: '2013-09-08' })
  assert.deepEqual(
    {
      code: error.code,
      reason: error.reason,
      status: error.status,
      message: error.message,
      details: error.detail.details,
      step: error.at?.step,
    },
    {
      code: 'REFUSED',
      reason: 'no-rate',
      status: 404,
      message: 'there is no rate for 2013-09-08',
      details: { day: '2013-09-08' },
      step: 'steps/0',
    },
  )
  assert.match(error.at?.where.file ?? '', /test\.yaml$/)
})

test('fail without a sentence says its code, and 422 by default', async context => {
  const { failure } = await house(context, 'steps:\n  - fail:\n      code: not-now')
  const { message, status } = await failure()
  assert.deepEqual({ message, status }, { message: 'not-now', status: 422 })
})

test('respond is the reply, now: nothing after it runs', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - do:
          - respond:
              status: 202
              headers:
                location: /orders/\${{ id }}
              body:
                accepted: \${{ id }}
      - fail:
          code: never
    reply:
      body: never`,
  )
  assert.deepEqual(await run({ id: 7 }), { status: 202, headers: { location: '/orders/7' }, body: { accepted: 7 } })
})

test('reply builds the answer after the last step; without it, it is 200 and the body as it stands', async context => {
  const plain = await house(context, 'steps:\n  - transform: "${{ a }}"')
  assert.deepEqual(await plain.run({ a: 1 }), { status: 200, headers: {}, body: 1 })
  const built = await house(
    context,
    `
    steps:
      - set:
          rate: "1.22"
    reply:
      status: 201
      headers:
        X-Kind: \${{ kind }}
      body:
        rate: \${{ $rate }}`,
  )
  assert.deepEqual(await built.run({ kind: 'daily' }), { status: 201, headers: { 'x-kind': 'daily' }, body: { rate: '1.22' } })
})

const faults: readonly {
  readonly name: string
  readonly yaml: string
  readonly given: Body
  readonly code: string
  readonly says: RegExp
}[] = [
  {
    name: 'a condition that is neither true nor false',
    yaml: 'steps:\n  - choose:\n      - when: "${{ missing }}"\n        steps:\n          - transform: 1',
    given: {},
    code: 'EXPRESSION',
    says: /neither true nor false but nothing/,
  },
  {
    name: 'an expression that fails',
    yaml: 'steps:\n  - transform: "${{ $number(a) }}"',
    given: { a: 'x' },
    code: 'EXPRESSION',
    says: /number/i,
  },
  {
    name: 'a status of the reply that is none',
    yaml: 'steps: []\nreply:\n  status: "${{ s }}"',
    given: { s: 99 },
    code: 'EXPRESSION',
    says: /whole number from 200 to 599/,
  },
  {
    name: 'a header with a line break',
    yaml: 'steps: []\nreply:\n  headers:\n    x-a: "${{ s }}"',
    given: { s: 'a\r\nb' },
    code: 'EXPRESSION',
    says: /line break/,
  },
  {
    name: 'a header with a line break in a part of its text',
    yaml: 'steps: []\nreply:\n  headers:\n    x-a: "a ${{ s }}"',
    given: { s: 'a\nb' },
    code: 'EXPRESSION',
    says: /line break/,
  },
  {
    name: 'a header that is an object',
    yaml: 'steps: []\nreply:\n  headers:\n    x-a: "${{ s }}"',
    given: { s: {} },
    code: 'EXPRESSION',
    says: /neither a text/,
  },
  {
    name: 'a body to parse that is an object',
    yaml: 'steps:\n  - parse: json',
    given: { a: 1 },
    code: 'MALFORMED',
    says: /neither a text nor bytes/,
  },
  { name: 'a text that is not what its format says', yaml: 'steps:\n  - parse: json', given: '{', code: 'MALFORMED', says: /JSON/ },
  {
    name: 'a body that violates what validate says',
    yaml: 'steps:\n  - validate:\n      type: object\n      required: [id]',
    given: {},
    code: 'INPUT_INVALID',
    says: /violates/,
  },
]

for (const { name, yaml, given, code, says } of faults)
  test(`${name} is ${code}, with its place`, async context => {
    const { failure } = await house(context, yaml)
    const error = await failure(given)
    assert.equal(error.code, code)
    assert.match(error.message, says)
    assert.ok((error.at?.where.line ?? 0) > 10, 'the line of the step')
  })
