import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Body, Source } from '../../engine/core/message.ts'
import { house, type Request, textOf } from './house.ts'

const http = (channel: string, more: string) => `
channels:
  - http: { path: "/p/{id}", method: POST }
    security: none
${channel.replaceAll(/^/gm, '    ')}
${more}`
const echo = 'steps:\n  - transform:\n      input: ${{ $input }}'

interface InputCase {
  readonly name: string
  readonly body?: string
  readonly query?: Request['query']
  readonly params?: Request['params']
  readonly want?: unknown
  readonly says?: RegExp
}
const inputs: readonly InputCase[] = [
  { name: 'the body', body: '{"a":1}', want: { a: 1 } },
  { name: 'the query where there is no body', query: { a: '1', b: ['2', '3'] }, want: { a: '1', b: ['2', '3'] } },
  { name: 'not the query where there is one', body: '{"a":1}', query: { b: '2' }, want: { a: 1 } },
  { name: 'path parameters over the body', body: '{"a":1}', params: { id: '7' }, want: { a: 1, id: '7' } },
  { name: 'path parameters over the query', query: { id: '1', a: '1' }, params: { id: '7' }, want: { id: '7', a: '1' } },
  { name: 'a body that says the same', body: '{"id":"7"}', params: { id: '7' }, want: { id: '7' } },
  { name: 'a number that says the same', body: '{"id":7}', params: { id: '007' }, want: { id: 7 } },
  { name: 'a boolean that says the same', body: '{"id":true}', params: { id: 'true' }, want: { id: true } },
  { name: 'a body that contradicts a path parameter', body: '{"id":"8"}', params: { id: '7' }, says: /contradicts the path parameter id/ },
  { name: 'a number that contradicts', body: '{"id":7}', params: { id: '' }, says: /contradicts/ },
  { name: 'nothing', want: {} },
  { name: 'a list, which has no place for parameters', body: '[1]', params: { id: '7' }, want: [1] },
  {
    name: 'names that mean something to JavaScript',
    body: '{"__proto__":1}',
    params: { constructor: '7' },
    want: JSON.parse('{"__proto__":1,"constructor":"7"}'),
  },
]
for (const { name, want, says, ...request } of inputs)
  test(`input is ${name}`, async context => {
    const { request: send } = await house(context, http('', echo))
    const reply = await send(request)
    if (says === undefined) assert.deepEqual(JSON.parse(textOf(reply)), { input: want })
    else {
      assert.equal(reply.status, 400)
      assert.match(textOf(reply), says)
    }
  })

test('$query, $params, $headers and $meta keep what was sent', async context => {
  const { request } = await house(
    context,
    http(
      '',
      `
steps:
  - transform:
      query: \${{ $query }}
      params: \${{ $params }}
      kind: \${{ $headers.\`x-kind\` }}
      meta: \${{ $meta ~> |$|{}, 'receivedAt'| }}`,
    ),
  )
  const reply = await request({ query: { a: '1' }, params: { id: '7' }, headers: { 'x-kind': 'daily' } })
  assert.deepEqual(JSON.parse(textOf(reply)), {
    query: { a: '1' },
    params: { id: '7' },
    kind: 'daily',
    meta: {
      id: 'test-request',
      pipeline: 'p',
      channel: 'http',
      attempt: 1,
      method: 'POST',
      path: '/p/{id}',
      params: { id: '7' },
      query: { a: '1' },
    },
  })
})

test('input fills defaults in, coerces text, and lists what is wrong', async context => {
  const { request } = await house(
    context,
    http(
      '',
      `
input:
  type: object
  required: [id]
  properties:
    id: { type: integer }
    kind: { type: string, default: plain }
${echo}`,
    ),
  )
  assert.deepEqual(JSON.parse(textOf(await request({ params: { id: '7' } }))), { input: { id: 7, kind: 'plain' } })
  const reply = await request({ body: '{"id":"x","kind":1}' })
  assert.equal(reply.status, 400)
  const problem = JSON.parse(textOf(reply))
  assert.deepEqual(problem.violations, [
    { pointer: '/id', text: 'must be an integer' },
    { pointer: '/kind', text: 'must be a string' },
  ])
  assert.equal(problem.violationCount, 2)
  assert.equal(problem.code, 'INPUT_INVALID')
})

test('coerce: false on the format leaves text what it is', async context => {
  const { request } = await house(
    context,
    http('format:\n  json: { coerce: false }', `input:\n  type: object\n  properties:\n    n: { type: integer }\n${echo}`),
  )
  assert.equal((await request({ body: '{"n":"7"}' })).status, 400)
  assert.equal((await request({ body: '{"n":7}' })).status, 200)
})

interface FormatCase {
  readonly name: string
  readonly channel?: string
  readonly reply?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
  readonly type?: string | undefined
  readonly want: string | RegExp
}
const xml = '<?xml version="1.0" encoding="UTF-8"?>'
const formats: readonly FormatCase[] = [
  { name: 'JSON by default', body: '{"a":1}', type: 'application/json', want: '{"a":1}' },
  {
    name: 'by the content type',
    body: '<r><a>1</a></r>',
    headers: { 'content-type': 'text/xml' },
    type: 'application/xml; charset=utf-8',
    want: `${xml}<response><a>1</a></response>`,
  },
  {
    name: 'by the suffix of the content type',
    body: '{"a":1}',
    headers: { 'content-type': 'application/vnd.x+json; charset=utf-8' },
    want: '{"a":1}',
  },
  {
    name: 'by the format of the channel, whatever the content type says',
    channel: 'format: json',
    body: '{"a":1}',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    want: '{"a":1}',
  },
  {
    name: 'a form',
    body: 'a=1&b=2',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    want: '{"a":"1","b":"2"}',
  },
  {
    name: 'UNSUPPORTED for a content type that nothing reads',
    body: 'x',
    headers: { 'content-type': 'image/png' },
    status: 415,
    want: /UNSUPPORTED/,
  },
  { name: 'no body of such a type is no body', headers: { 'content-type': 'image/png' }, want: '{}' },
  { name: 'MALFORMED for what is not what it says', body: '{', status: 400, want: /MALFORMED/ },
  {
    name: 'written as the client accepts',
    body: '{"a":1}',
    headers: { accept: 'application/xml;q=0.9, text/html' },
    want: `${xml}<response><a>1</a></response>`,
  },
  {
    name: 'written as it was read where the client takes everything',
    body: '<r><a>1</a></r>',
    headers: { 'content-type': 'text/xml', accept: '*/*' },
    want: `${xml}<response><a>1</a></response>`,
  },
  {
    name: 'as JSON where what the client accepts cannot say it',
    body: '{"a":{"b":1}}',
    headers: { accept: 'text/plain' },
    want: '{"a":{"b":1}}',
  },
  {
    name: 'the format of the channel before what the client accepts',
    channel: 'format: json',
    body: '{"a":1}',
    headers: { accept: 'application/xml' },
    want: '{"a":1}',
  },
  {
    name: 'the content type of the reply before everything',
    channel: 'format: xml',
    body: '<r><a>1</a></r>',
    reply: 'headers:\n    content-type: application/vnd.shop+json',
    type: undefined,
    want: '{"a":"1"}',
  },
  {
    name: 'a content type of the reply that is of no format takes a text',
    body: '{"a":1}',
    reply: 'headers:\n    content-type: text/html\n  body: <p>${{ a }}</p>',
    want: '<p>1</p>',
  },
  {
    name: 'and nothing else',
    body: '{"a":1}',
    reply: 'headers:\n    content-type: text/html',
    status: 500,
    want: /a fault of the gateway itself/,
  },
  { name: 'nothing as no body', body: '{"a":1}', reply: 'body: ${{ missing }}', type: undefined, want: '' },
]
for (const { name, channel = '', reply, body, headers, status = 200, want, ...rest } of formats)
  test(`read and written: ${name}`, async context => {
    const { request } = await house(context, http(channel, `steps: []${reply === undefined ? '' : `\nreply:\n  ${reply}`}`))
    const answer = await request({ body, headers })
    assert.equal(answer.status, status)
    if (typeof want === 'string') assert.equal(textOf(answer), want)
    else assert.match(textOf(answer), want)
    if ('type' in rest) assert.equal(answer.headers['content-type'] === undefined ? answer.contentType : undefined, rest.type)
  })

test('bytes and files go out as they are', async context => {
  const { request } = await house(context, http('', 'steps:\n  - call: crm.get'), {
    operations: { 'crm.get': () => ({ body: new Blob(['x'], { type: 'image/png' }) }) },
  })
  const reply = await request({})
  assert.ok(reply.body instanceof Blob)
  assert.equal(reply.contentType, 'image/png')
})

test('a reply that violates output is the gateway’s own 500, and the caller hears nothing of why', async context => {
  const { request, lines } = await house(
    context,
    http('', 'output:\n  type: object\n  required: [rate]\n  properties:\n    rate: { type: string }\nsteps: []'),
  )
  assert.equal(textOf(await request({ body: '{"rate":"1.22"}' })), '{"rate":"1.22"}')
  const reply = await request({ body: '{"secret":"x"}' })
  assert.equal(reply.status, 500)
  const problem = JSON.parse(textOf(reply))
  assert.deepEqual(problem, {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'the reply violates the schema of the pipeline',
    code: 'OUTPUT_INVALID',
    id: 'test-request',
  })
  const [line] = lines
  assert.equal(line?.level, 'error')
  assert.equal(line?.fields?.['id'], 'test-request')
})

interface Told {
  readonly error: SluiceError
  readonly status: number
  readonly code: string
  readonly detail: RegExp
  readonly level: string | undefined
}
const told: readonly Told[] = [
  {
    error: new SluiceError('UNREACHABLE', 'connecting to 10.0.0.7:5432', { cause: new Error('password') }),
    status: 502,
    code: 'UNREACHABLE',
    detail: /^the called system cannot be reached; nothing was sent$/,
    level: 'warn',
  },
  {
    error: new SluiceError('UPSTREAM_REFUSED', 'GET http://10.0.0.7 answered 404', { answer: { status: 404 } }),
    status: 502,
    code: 'UPSTREAM_REFUSED',
    detail: /^the called system answered with an error$/,
    level: 'warn',
  },
  {
    error: new SluiceError('TIMEOUT', 'crm.get took longer than 1s'),
    status: 504,
    code: 'TIMEOUT',
    detail: /^one call or step took/,
    level: 'warn',
  },
  {
    error: new SluiceError('INTERNAL', 'cannot read properties of undefined'),
    status: 500,
    code: 'INTERNAL',
    detail: /^a fault of the gateway itself$/,
    level: 'error',
  },
  {
    error: new SluiceError('REFUSED', 'no stock of 7', { reason: 'no-stock', status: 409, details: { left: 3 } }),
    status: 409,
    code: 'no-stock',
    detail: /^no stock of 7$/,
    level: undefined,
  },
]
for (const { error, status, code, detail, level } of told)
  test(`a caller is told of ${code} what it may hear, the log the rest`, async context => {
    const { request, lines, records } = await house(context, http('', 'steps:\n  - call: crm.get\n    retry: 1'), {
      operations: {
        'crm.get': () => {
          throw error
        },
      },
    })
    const reply = await request({})
    const problem = JSON.parse(textOf(reply))
    assert.equal(reply.status, status)
    assert.equal(problem.code, code)
    assert.match(problem.detail, detail)
    assert.doesNotMatch(textOf(reply), /10\.0\.0\.7|password|crm/)
    assert.deepEqual(
      lines.map(line => line.level),
      level === undefined ? [] : [level],
    )
    assert.equal(records.length, 1)
    assert.equal(records[0]?.error, code)
    assert.equal(records[0]?.status, status)
  })

test('one access record a message says who, what, how it ended, and how long it took', async context => {
  const { request, records } = await house(context, http('', 'steps: []'))
  await request({
    body: '{"a":1}',
    headers: { 'content-length': '7', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  })
  const { durationMs = -1, ...record } = records[0] ?? {}
  assert.deepEqual(record, {
    id: 'test-request',
    pipeline: 'p',
    channel: 'http',
    method: 'POST',
    path: '/p/{id}',
    status: 200,
    error: undefined,
    bytesIn: 7,
    bytesOut: 7,
    principal: undefined,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  assert.ok(durationMs >= 0)
  assert.equal(records.length, 1)
})

test('what the listener refuses is said in the channel’s format, and recorded', async context => {
  const { revision, records } = await house(context, http('format: xml', 'steps: []'))
  const entry = revision.routes.get('public')?.[0]
  assert.ok(entry !== undefined)
  assert.deepEqual(entry.route, { listener: 'public', methods: ['POST'], path: '/p/{id}' })
  assert.equal(entry.maxBody, 1024 ** 2)
  const head = { id: 'test-1234', method: 'GET', path: '/p/7', origin: '', params: {}, query: {}, headers: {}, peer: { address: '' } }
  const reply = entry.refuse(new SluiceError('METHOD_NOT_ALLOWED', 'this path takes POST', { headers: { allow: 'POST' } }), head)
  assert.equal(reply.status, 405)
  assert.equal(reply.headers['allow'], 'POST')
  assert.equal(reply.contentType, 'application/problem+xml')
  assert.deepEqual([records[0]?.status, records[0]?.error, records[0]?.pipeline], [405, 'METHOD_NOT_ALLOWED', 'p'])
})

const secured = `
security:
  partner:
    basic:
      users:
        ann: \${PASSWORD:-open sesame}
connectors:
  crm:
    http: http://127.0.0.1:1
pipelines:
  p:
    channels:
      - http: { path: /p, method: POST }
        security: partner
    steps:
      - transform:
          who: \${{ $meta.principal.name }}`

test('who calls is decided on the head, before the body is read', async context => {
  const { request, records } = await house(context, secured)
  const refused = await request({ body: '{' })
  assert.equal(refused.status, 401)
  assert.match(String(refused.headers['www-authenticate']), /^Basic /)
  const authorization = `Basic ${Buffer.from('ann:open sesame').toString('base64')}`
  const reply = await request({ headers: { authorization } })
  assert.equal(textOf(reply), '{"who":"ann"}')
  assert.deepEqual(
    records.map(({ status, error, principal }) => [status, error, principal]),
    [
      [401, 'UNAUTHENTICATED', undefined],
      [200, undefined, 'ann'],
    ],
  )
})

test('channels of several pipelines on one path are each recorded by their own name', async context => {
  const soap = (name: string) => `
  ${name}:
    channels:
      - soap: { path: /soap, operation: ${name}, namespace: "urn:x" }
        security: none
    steps:
      - transform:
          by: ${name}`
  const { request, records, revision } = await house(context, `pipelines:${soap('one')}${soap('two')}`)
  assert.equal(revision.routes.get('public')?.length, 1)
  const body = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><two xmlns="urn:x"/></s:Body></s:Envelope>'
  const reply = await request({ method: 'POST', body, headers: { 'content-type': 'text/xml' } })
  assert.match(textOf(reply), /<by>two<\/by>/)
  assert.equal(records[0]?.pipeline, 'two')
  assert.equal((await request({ method: 'POST' })).status, 400)
  assert.deepEqual([records[1]?.pipeline, records[1]?.status], [undefined, 400])
})

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
