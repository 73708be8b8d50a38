import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeText } from '../../engine/expression/typing/type-text.ts'
import { loadTexts, shown } from './loading.ts'

const head = `connectors:
  crm:
    http: https://crm.example.com
  counters:
    cache: "memory:"
pipelines:
  price:
    output: { type: object, required: [price], properties: { price: { type: number } } }
    steps: []
  tested:
    input:
      type: object
      required: [id, lines]
      properties:
        id: { type: string }
        count: { type: integer, default: 1 }
        note: { type: string }
        lines: { type: array, items: { type: object, required: [n], properties: { n: { type: number } } } }
    steps:
`
const input = '{ id: text, count: number, note?: text, lines: [{ n: number, … }], … }'

/** What is known of the message behind the steps. */
const cases: readonly { readonly name: string; readonly steps: string; readonly body: string; readonly bound?: string }[] = [
  { name: 'the input, where no step changes it', steps: '- log: hello', body: input },
  {
    name: 'what `transform` builds',
    steps: '- transform:\n    a: ${{ id }}\n    b: ${{ lines.n }}',
    body: '{ a: text, b: number | [number] }',
  },
  { name: 'a leaf that may be missing', steps: '- transform:\n    a: ${{ note }}', body: '{ a?: text }' },
  { name: '`as` leaves the body', steps: '- transform: 1\n  as: one', body: input, bound: '$one: number' },
  {
    name: '`set` binds one after the other',
    steps: '- set:\n    a: ${{ id }}\n    b: ${{ [$a] }}',
    body: input,
    bound: '$a: text, $b: [text]',
  },
  { name: 'an answer that nothing is said of', steps: '- call: crm.get', body: '?' },
  { name: '`returns`', steps: '- call: crm.get\n  returns: { type: array, items: { type: string } }', body: '[text]' },
  { name: 'an operation whose result is known', steps: '- call: counters.increment\n  with: { key: a }', body: 'number' },
  { name: 'an operation without a result', steps: '- call: counters.set\n  with: { key: a, value: 1 }', body: input },
  { name: 'what the other pipeline answers', steps: '- invoke: price', body: '{ price: number, … }' },
  { name: 'a step with `when` may be skipped', steps: '- transform: { a: 1 }\n  when: ${{ count > 1 }}', body: `{ a: number } | ${input}` },
  {
    name: 'a name that may be bound anew',
    steps: '- set:\n    a: 1\n- set:\n    a: text\n  when: ${{ count > 1 }}',
    body: input,
    bound: '$a: text | number',
  },
  {
    name: '`catch` gives another result',
    steps: '- transform: 1\n  catch:\n    - steps:\n        - transform: none',
    body: 'number | text',
  },
  { name: '`collect` makes a list', steps: '- each: ${{ lines }}\n  collect: true\n  steps:\n    - transform: ${{ n }}', body: '[number]' },
  { name: '`each` without it leaves the body', steps: '- each: ${{ lines }}\n  steps:\n    - transform: 1', body: input },
  {
    name: '`parallel` gives an object by name',
    steps: '- parallel:\n    a:\n      - transform: 1\n    b:\n      - transform: text',
    body: '{ a: number, b: text }',
  },
  {
    name: '`choose` gives what its branches do',
    steps: '- choose:\n    - when: ${{ count > 1 }}\n      steps:\n        - transform: 1\n    - otherwise:\n        - transform: text',
    body: 'number | text',
  },
  {
    name: 'a branch that ends counts no more',
    steps: '- choose:\n    - when: ${{ count > 1 }}\n      steps:\n        - transform: 1\n    - otherwise:\n        - fail: { code: few }',
    body: 'number',
  },
  {
    name: 'what was asked for is there',
    steps: '- fail: { code: none }\n  when: ${{ $not($exists(note)) }}',
    body: input.replace('note?', 'note'),
  },
  {
    name: '`validate` adds what its schema says',
    steps: '- validate: { type: object, required: [note], properties: { note: { type: string }, more: { type: boolean } } }',
    body: '{ note: text, more?: true, id: text, count: number, lines: [{ n: number, … }], … }'.replace('true', 'boolean'),
  },
  { name: '`format` makes a text', steps: '- format: json', body: 'text' },
  { name: '`parse` makes what nobody knows', steps: '- format: json\n- parse: json', body: '?' },
  {
    name: '`repeat` goes on until the types settle',
    steps:
      '- transform: { n: 0, all: [] }\n- repeat:\n    while: ${{ n < 3 }}\n    max: 3\n  steps:\n    - transform:\n        n: ${{ n + 1 }}\n        all: ${{ [all, n] }}',
    body: '{ n: number, all: [] } | { n: number, all: [number] }',
  },
]

for (const { name, steps, body, bound } of cases)
  test(`the type of the message: ${name}`, async () => {
    const indented = steps.split('\n').map(line => `      ${line}\n`)
    const { findings, types } = await loadTexts(head + indented.join(''))
    assert.deepEqual(findings.map(shown), [])
    const reply = types.find(({ pipeline, step }) => pipeline === 'tested' && step === 'reply')
    assert.ok(reply !== undefined)
    assert.equal(typeText(reply.body), body)
    const variables = [...reply.variables].map(([variable, type]) => `$${variable}: ${typeText(type)}`)
    assert.equal(variables.join(', '), bound ?? '')
  })

test('a step that cannot be read leaves a message of which nothing is known, and no second finding', async () => {
  const { findings } = await loadTexts(`${head}      - transfrom: { a: 1 }\n      - log: \${{ whatever & $other }}\n`)
  assert.deepEqual(findings.filter(({ rule }) => rule !== 'unknown-type' && rule !== 'unknown-variable').map(shown), [])
})

test('pipelines that invoke each other in a circle are typed as far as can be', async () => {
  const text = 'pipelines:\n  a:\n    steps:\n      - invoke: b\n      - log: ${{ whatever }}\n  b:\n    steps:\n      - invoke: a\n'
  const { findings } = await loadTexts(text)
  assert.deepEqual(new Set(findings.map(({ rule }) => rule)), new Set(['invoke-cycle']))
})

test('a parameter of the path is a field of the input, whatever its schema says', async () => {
  const text = `pipelines:
  find:
    input: { type: object, properties: { detail: { type: boolean } } }
    channels:
      - http: { path: "/orders/{order}" }
        security: none
    steps:
      - log: order \${{ order }} of \${{ $params.order }}
`
  const { findings } = await loadTexts(text)
  assert.deepEqual(findings.map(shown), [])
})

test('what is said of a pipeline is said, wherever another asks first for what it answers', async () => {
  const { findings } = await loadTexts(
    [
      'pipelines:',
      '  first:',
      '    steps:',
      '      - repeat:',
      '          max: 2',
      '          while: ${{ $meta.attempt < 2 }}',
      '        steps: [{ invoke: second }]',
      '  second:',
      '    steps:',
      '      - transform: { a: 1 }',
      '      - transform: ${{ b }}',
    ].join('\n'),
  )
  assert.deepEqual(findings.map(shown), ['11:24 error unknown-property the body has no field "b" (did you mean a?)'])
})
