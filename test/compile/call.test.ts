import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Payload, Result } from '../../engine/core/component.ts'
import type { Body } from '../../engine/core/message.ts'
import { Secret } from '../../engine/core/secret.ts'
import { type Answer, house } from './house.ts'

const bytes = (text: string, contentType?: string): Result => ({
  body: Buffer.from(text),
  contentType,
  status: 200,
  headers: { etag: 'x' },
})
const crm = (answer: Answer) => ({ operations: { 'crm.get': answer, 'crm.post': answer, 'crm.put': answer } })

const sent: readonly { readonly name: string; readonly with: string; readonly given?: Body; readonly want: unknown }[] = [
  { name: 'nothing is sent that is not named, but for what has a default', with: '{}', want: { path: '' } },
  { name: 'a constant is as it is written', with: '{ path: /a, query: { page: 2 } }', want: { path: '/a', query: { page: 2 } } },
  {
    name: 'a splice in a path is one encoded part of it',
    with: '\n      path: /customers/${{ id }}/${{ n }}',
    given: { id: 'a/../b ?#', n: 7 },
    want: { path: '/customers/a%2F..%2Fb%20%3F%23/7' },
  },
  {
    name: 'a path that is one expression is one encoded part too: a message never says where a call goes',
    with: '\n      path: ${{ id }}',
    given: { id: '/admin?x' },
    want: { path: '%2Fadmin%3Fx' },
  },
  {
    name: 'a query parameter without a value is left out, a list gives the name more than once',
    with: '\n      query:\n        a: ${{ missing }}\n        b: ${{ list }}\n        c: x${{ list[0] }}',
    given: { list: ['1', '2'] },
    want: { path: '', query: { b: ['1', '2'], c: 'x1' } },
  },
]

for (const { name, with: given, given: body, want } of sent)
  test(name, async context => {
    const { run, calls } = await house(
      context,
      `steps:\n  - call: crm.get\n    with: ${given}`,
      crm(() => ({ body: null })),
    )
    await run(body)
    assert.deepEqual(calls[0]?.args, want)
  })

const parts: readonly { readonly given: Body; readonly says: RegExp }[] = [
  { given: {}, says: /cannot be nothing/ },
  { given: { id: '' }, says: /cannot be nothing/ },
  { given: { id: '.' }, says: /cannot be "\." or "\.\."/ },
  { given: { id: '..' }, says: /cannot be "\." or "\.\."/ },
  { given: { id: '\ud800' }, says: /half a character/ },
]
for (const { given, says } of parts)
  test(`a part of a path ${JSON.stringify(given)} is refused, and nothing is called`, async context => {
    const { failure, calls } = await house(
      context,
      'steps:\n  - call: crm.get\n    with:\n      path: /c/${{ id }}',
      crm(() => undefined),
    )
    const error = await failure(given)
    assert.equal(error.code, 'EXPRESSION')
    assert.match(error.message, says)
    assert.equal(calls.length, 0)
  })

const payloads: readonly {
  readonly name: string
  readonly with: string
  readonly given: Body
  readonly want: readonly [string, string]
}[] = [
  { name: 'a payload is JSON by default', with: 'body: ${{ $ }}', given: { a: 1 }, want: ['{"a":1}', 'application/json'] },
  { name: 'a text is a JSON text', with: 'body: ${{ a }}', given: { a: 'x' }, want: ['"x"', 'application/json'] },
  {
    name: 'a payload is rendered by the format that the call says',
    with: 'body: ${{ $ }}\n      format:\n        xml: { root: order }',
    given: { a: 1 },
    want: ['<?xml version="1.0" encoding="UTF-8"?><order><a>1</a></order>', 'application/xml; charset=utf-8'],
  },
  { name: 'bytes go as they are', with: 'body: ${{ $ }}', given: Buffer.from('\u0000x'), want: ['\u0000x', 'application/octet-stream'] },
  { name: 'a file goes as it is', with: 'body: ${{ $ }}', given: new Blob(['x'], { type: 'image/png' }), want: ['x', 'image/png'] },
  { name: 'a constant payload is rendered', with: 'body: { a: [1] }', given: {}, want: ['{"a":[1]}', 'application/json'] },
]
for (const { name, with: given, given: body, want } of payloads)
  test(name, async context => {
    const { run, calls } = await house(
      context,
      `steps:\n  - call: crm.put\n    with:\n      ${given}`,
      crm(() => undefined),
    )
    await run(body)
    const payload = calls[0]?.args['body'] as Payload
    assert.deepEqual([Buffer.from(payload.bytes).toString(), payload.contentType], want)
  })

test('a payload without a value is not sent', async context => {
  const { run, calls } = await house(
    context,
    'steps:\n  - call: crm.put\n    with:\n      body: ${{ missing }}',
    crm(() => undefined),
  )
  await run({})
  assert.deepEqual(calls[0]?.args, { path: '' })
})

const answers: readonly { readonly name: string; readonly answer: Result; readonly with?: string; readonly want: Body }[] = [
  { name: 'an answer in bytes is read by its content type', answer: bytes('{"a":1}', 'application/problem+json'), want: { a: 1 } },
  { name: 'XML by its content type', answer: bytes('<r><a>1</a></r>', 'text/xml; charset=utf-8'), want: { a: '1' } },
  { name: 'text of any kind is text', answer: bytes('<p>', 'text/html'), want: '<p>' },
  { name: 'bytes of no known type stay bytes', answer: bytes('x', 'image/png'), want: Buffer.from('x') },
  { name: 'bytes without a type stay bytes', answer: bytes('x'), want: Buffer.from('x') },
  { name: 'the format that the call says wins', answer: bytes('[1]', 'text/plain'), with: 'format: json', want: [1] },
  { name: 'a value is as it is', answer: { body: { a: 1 } }, want: { a: 1 } },
  { name: 'what was not found is nothing', answer: { body: null, found: false }, want: undefined },
  { name: 'an empty answer is nothing', answer: bytes('', 'application/json'), want: undefined },
]
for (const { name, answer, with: given = 'path: /', want } of answers)
  test(name, async context => {
    const { run } = await house(
      context,
      `steps:\n  - call: crm.get\n    with:\n      ${given}`,
      crm(() => answer),
    )
    assert.deepEqual((await run({})).body, want)
  })

test('an answer that is not what its format says is UPSTREAM_MALFORMED, at the step and connector', async context => {
  const { failure } = await house(
    context,
    'steps:\n  - call: crm.get',
    crm(() => bytes('{', 'application/json')),
  )
  const error = await failure()
  assert.equal(error.code, 'UPSTREAM_MALFORMED')
  assert.match(error.message, /the answer of crm\.get: reading the body as JSON/)
  assert.equal(error.at?.step, 'steps/0')
})

test('as binds the result and leaves the body; $last has what the call answered besides', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - call: crm.get
        as: found
      - transform:
          body: \${{ a }}
          found: \${{ $found }}
          last: \${{ $last }}`,
    crm(() => ({ body: 1, status: 203, headers: { etag: 'x' } })),
  )
  assert.deepEqual((await run({ a: 1 })).body, { body: 1, found: 1, last: { status: 203, headers: { etag: 'x' } } })
})

test('an operation without a result leaves the body, also where it answers something', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - call: memo.set
        with:
          key: \${{ k }}
          value: \${{ v }}
          ttl: \${{ '5' & 's' }}`,
    { operations: { 'memo.set': () => ({ body: undefined, found: false }) } },
  )
  assert.deepEqual((await run({ k: 'a', v: 1 })).body, { k: 'a', v: 1 })
})

test('evaluated arguments are checked and converted as written ones are', async context => {
  const { run, failure, calls } = await house(
    context,
    `
    steps:
      - call: memo.set
        with:
          key: \${{ k }}
          value: \${{ v }}
          ttl: \${{ t }}`,
    { operations: { 'memo.set': () => undefined } },
  )
  await run({ k: 'a', v: [1], t: '5s' })
  assert.deepEqual(calls[0]?.args, { key: 'a', value: [1], ttl: 5000 })
  const wrong = await failure({ k: 7, v: 1, t: 'soon' })
  assert.equal(wrong.code, 'ARGUMENT_INVALID')
  assert.match(wrong.message, /memo\.set.*key must be string/)
  const absent = await failure({ v: 1 })
  assert.equal(absent.code, 'ARGUMENT_INVALID')
  assert.match(absent.message, /key is required/)
  assert.equal(calls.length, 1)
})

test('a secret passes as it is, beside what is evaluated, and is no violation', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-secret-'))
  context.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'token'), 'Bearer x')
  const { run, calls } = await house(
    context,
    `
    steps:
      - call: crm.get
        with:
          headers:
            authorization: \${file:${folder}/token}
            x-id: \${{ id }}`,
    crm(() => ({ body: 1 })),
  )
  await run({ id: 7 })
  const headers = calls[0]?.args['headers'] as Readonly<Record<string, unknown>>
  assert.ok(headers['authorization'] instanceof Secret)
  assert.equal(headers['authorization'].reveal(), 'Bearer x')
  assert.equal(headers['x-id'], 7)
})

test('the real cache: what was set is got, and what was not is nothing', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - call: memo.set
        with:
          key: a
          value: \${{ v }}
      - call: memo.get
        with:
          key: a
        as: there
      - call: memo.get
        with:
          key: b
        as: gone
      - transform:
          there: \${{ $there }}
          gone: \${{ $exists($gone) }}
          found: \${{ $last.found }}`,
  )
  assert.deepEqual((await run({ v: { n: 1 } })).body, { there: { n: 1 }, gone: false, found: false })
})
