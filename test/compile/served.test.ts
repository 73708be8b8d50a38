import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { house, http, textOf } from './house.ts'

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
