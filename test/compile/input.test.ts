import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house, http, type Request, textOf } from './house.ts'

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
