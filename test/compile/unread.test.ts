import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Payload, Result } from '../../engine/core/component.ts'
import { house, http, textOf } from './house.ts'

/** As no writer of ours would write it, with a number that JavaScript cannot hold. */
const odd = '{ "id" : 12345678901234567890 ,  "z": 1.50 }'
const json = { 'content-type': 'application/json' }
const proxy = 'steps:\n  - call: crm.post\n    with:\n      body: ${{ $ }}'

interface Case {
  readonly name: string
  readonly channel?: string
  readonly pipeline?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly answer?: Result
  readonly sent?: readonly [string, string]
  readonly status?: number
  readonly reply: string | RegExp
  readonly type?: string
}
const cases: readonly Case[] = [
  {
    name: 'passes byte for byte, to the called system and back',
    body: odd,
    headers: json,
    answer: { body: Buffer.from(odd), contentType: 'application/vnd.crm+json' },
    sent: [odd, 'application/json'],
    reply: odd,
    type: 'application/vnd.crm+json',
  },
  { name: 'passes where there is no step at all', pipeline: 'steps: []', body: odd, headers: json, reply: odd },
  {
    name: 'passes whatever it is, also where no format reads it',
    body: '\u0001\u0002',
    headers: { 'content-type': 'image/png' },
    answer: { body: Buffer.from('\u0003'), contentType: 'image/gif' },
    sent: ['\u0001\u0002', 'image/png'],
    reply: '\u0003',
    type: 'image/gif',
  },
  {
    name: 'passes where steps look elsewhere: at headers, parameters, what a call gave',
    pipeline: `steps:
  - call: crm.get
    with:
      path: /\${{ $headers.\`x-kind\` }}
    as: found
  - log: order \${{ $found.id }}
  - choose:
      - when: \${{ $headers.\`x-kind\` = 'daily' }}
        steps:
          - call: crm.post
            with:
              body: \${{ $ }}`,
    body: odd,
    headers: { ...json, 'x-kind': 'daily' },
    answer: { body: { id: 1 } },
    sent: [odd, 'application/json'],
    reply: '{"id":1}',
  },
  {
    name: 'is read where a step looks into it, and then a number that cannot be held is refused',
    pipeline: `${proxy}\n  - log: order \${{ $input.id }}`,
    body: odd,
    headers: json,
    status: 400,
    reply: /NUMBER_PRECISION/,
  },
  {
    name: 'is read where input says what it is',
    pipeline: 'input: { type: object }\nsteps: []',
    body: '{ "a": 1 }',
    headers: json,
    reply: '{"a":1}',
  },
  {
    name: 'is read where output says what the reply is',
    pipeline: 'output: { type: object }\nsteps: []',
    body: '{ "a": 1 }',
    headers: json,
    reply: '{"a":1}',
  },
  {
    name: 'is read where another format is due: JSON for what is sent, unless said',
    body: '<order><a>1</a></order>',
    headers: { 'content-type': 'text/xml', accept: 'application/json' },
    answer: { body: Buffer.from('<r><b>2</b></r>'), contentType: 'text/xml' },
    sent: ['{"a":"1"}', 'application/json'],
    reply: '{"b":"2"}',
  },
  {
    name: 'is read where the channel says another format',
    channel: 'format: json',
    pipeline: proxy,
    body: odd,
    headers: json,
    answer: { body: Buffer.from('<r><b>2</b></r>'), contentType: 'text/xml' },
    reply: '{"b":"2"}',
  },
  {
    name: 'goes by the type of the format that the channel says, whatever the client called it',
    channel: 'format: json',
    body: odd,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    answer: { body: null },
    sent: [odd, 'application/json'],
    reply: 'null',
  },
  {
    name: 'that is broken where it must be read after all is UPSTREAM_MALFORMED',
    channel: 'format: xml',
    pipeline: 'steps:\n  - call: crm.post',
    answer: { body: Buffer.from('{'), contentType: 'application/json' },
    status: 502,
    reply: /UPSTREAM_MALFORMED/,
  },
  {
    name: 'is read where a name is bound to it',
    pipeline: 'steps:\n  - do: []\n    as: copy\n  - transform:\n      copy: ${{ $copy }}',
    body: '{ "a": 1 }',
    headers: json,
    reply: '{"copy":{"a":1}}',
  },
  {
    name: 'is read where branches hold it',
    pipeline: 'steps:\n  - parallel:\n      one:\n        - delay: 1ms',
    body: '{ "a": 1 }',
    headers: json,
    reply: '{"one":{"a":1}}',
  },
]

for (const { name, channel = '', pipeline = proxy, body, headers, answer, sent, status = 200, reply, type } of cases)
  test(`a body that nobody looks into ${name}`, async context => {
    const operation = () => answer
    const { request, calls } = await house(context, http(channel, pipeline), {
      operations: { 'crm.post': operation, 'crm.get': operation },
    })
    const got = await request({ body, headers })
    assert.equal(got.status, status, textOf(got))
    if (typeof reply === 'string') assert.equal(textOf(got), reply)
    else assert.match(textOf(got), reply)
    if (type !== undefined) assert.equal(got.contentType, type)
    if (sent === undefined) return
    const payload = calls.at(-1)?.args['body'] as Payload
    assert.deepEqual([Buffer.from(payload.bytes).toString(), payload.contentType], sent)
  })

test('path parameters make one object with the body, which is read for it', async context => {
  const { request, calls } = await house(context, http('', proxy), { operations: { 'crm.post': () => ({ body: 1 }) } })
  await request({ body: '{ "a": 1 }', headers: json, params: { id: '7' } })
  const payload = calls[0]?.args['body'] as Payload
  assert.equal(Buffer.from(payload.bytes).toString(), '{"a":1,"id":"7"}')
})

test('what another pipeline, a SOAP channel or the command line gets has been read', async context => {
  const answer: Result = { body: Buffer.from('{"a":1}'), contentType: 'application/json' }
  const { run, request } = await house(
    context,
    `
connectors:
  crm:
    http: http://127.0.0.1:1
pipelines:
  p:
    channels:
      - soap: { path: /soap, operation: go, namespace: "urn:x" }
        security: none
    steps:
      - call: crm.get
  outer:
    steps:
      - invoke: p
`,
    { operations: { 'crm.get': () => answer } },
  )
  assert.deepEqual((await run()).body, { a: 1 })
  const body = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><go xmlns="urn:x"/></s:Body></s:Envelope>'
  assert.match(textOf(await request({ method: 'POST', body, headers: { 'content-type': 'text/xml' } })), /<a>1<\/a>/)
})

test('a pipeline that invokes another looks into its answer', async context => {
  const { run } = await house(
    context,
    `
connectors:
  crm:
    http: http://127.0.0.1:1
pipelines:
  p:
    steps:
      - invoke: inner
      - transform:
          got: \${{ a }}
  inner:
    steps:
      - call: crm.get
`,
    { operations: { 'crm.get': () => ({ body: Buffer.from('{"a":1}'), contentType: 'application/json' }) } },
  )
  assert.deepEqual((await run()).body, { got: 1 })
})
