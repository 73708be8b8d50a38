import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house } from './house.ts'

const two = (caller: string, called: string) => `
connectors:
  crm:
    http: http://127.0.0.1:1
    retry: 1
pipelines:
  p:
${caller.replaceAll(/^/gm, '    ')}
  other:
${called.replaceAll(/^/gm, '    ')}
`

test('invoke hands its value to another pipeline, and the body of the reply is the result', async context => {
  const { run } = await house(
    context,
    two(
      'steps:\n  - invoke: other\n    with:\n      n: ${{ a }}\n    as: answer\n  - transform:\n      body: ${{ $ }}\n      answer: ${{ $answer }}',
      'input:\n  type: object\n  properties:\n    n: { type: integer }\nsteps:\n  - transform: ${{ n + 1 }}\nreply:\n  status: 201\n  body:\n    n: ${{ $ }}',
    ),
  )
  assert.deepEqual((await run({ a: '41' })).body, { body: { a: '41' }, answer: { n: 42 } })
})

test('without with, the body is the input; names of the caller are not seen, where the message came from is', async context => {
  const { run } = await house(
    context,
    two(
      'steps:\n  - set:\n      name: caller\n  - invoke: other',
      'steps:\n  - set:\n      name: called\n  - transform:\n      in: ${{ $input }}\n      pipeline: ${{ $meta.pipeline }}\n      kind: ${{ $headers.kind }}',
    ),
  )
  assert.deepEqual((await run({ a: 1 }, { headers: { kind: 'x' } })).body, { in: { a: 1 }, pipeline: 'p', kind: 'x' })
})

test('respond ends the pipeline that it stands in, not its caller', async context => {
  const { run } = await house(
    context,
    two(
      'steps:\n  - invoke: other\n  - transform:\n      got: ${{ $ }}',
      'steps:\n  - respond:\n      status: 404\n      body: early\n  - fail:\n      code: never',
    ),
  )
  assert.deepEqual(await run({}), { status: 200, headers: {}, body: { got: 'early' } })
})

test('errors pass through, with the place where they happened', async context => {
  const { failure } = await house(
    context,
    two('steps:\n  - invoke: other', 'steps:\n  - fail:\n      code: no\n      status: 409\n    name: refuse'),
  )
  const error = await failure({})
  assert.deepEqual([error.reason, error.status, error.at?.step], ['no', 409, 'refuse'])
})

test('its input is checked as a channel’s is', async context => {
  const { failure } = await house(context, two('steps:\n  - invoke: other', 'input:\n  type: object\n  required: [n]\nsteps: []'))
  const error = await failure({})
  assert.equal(error.code, 'INPUT_INVALID')
  assert.match(error.message, /input schema of other/)
})

test('its own timeout narrows the time of the caller, who may catch it', async context => {
  const { run } = await house(
    context,
    two(
      'steps:\n  - invoke: other\n    catch:\n      - on: TIMEOUT\n        steps:\n          - transform: late',
      'timeout: 10ms\nsteps:\n  - delay: 1h',
    ),
  )
  assert.equal((await run({})).body, 'late')
})

test('its concurrency counts messages however they come in', async context => {
  const release: (() => void)[] = []
  const { run, failure } = await house(context, two('steps:\n  - invoke: other', 'concurrency: 1\nsteps:\n  - call: crm.get'), {
    operations: { 'crm.get': () => new Promise(resolve => release.push(() => resolve({ body: 1 }))) },
  })
  const first = run({})
  assert.equal((await failure({})).code, 'OVERLOADED')
  release.shift()?.()
  assert.equal((await first).body, 1)
  const again = run({})
  release.shift()?.()
  assert.equal((await again).body, 1)
})

test('pipelines that invoke each other end at sixteen deep', async context => {
  const { failure } = await house(context, two('steps:\n  - invoke: other\n    when: ${{ true or $now() = "" }}', 'steps:\n  - invoke: p'))
  const error = await failure({})
  assert.equal(error.code, 'LIMIT')
  assert.match(error.message, /more than 16 deep/)
})

test('a block that invokes a pipeline is run again only where everything in that pipeline may be', async context => {
  const retried = (operation: string) =>
    two('steps:\n  - invoke: other\n    retry: { attempts: 3, delay: 1ms }', `steps:\n  - call: crm.${operation}\n    timeout: 5ms`)
  const never = () => new Promise<undefined>(() => undefined)
  for (const [operation, attempts] of [
    ['get', 3],
    ['post', 1],
  ] as const) {
    const { failure, calls } = await house(context, retried(operation), { operations: { 'crm.get': never, 'crm.post': never } })
    assert.equal((await failure({})).code, 'TIMEOUT')
    assert.equal(calls.length, attempts)
  }
})

test('the contract of a served pipeline names every code that it can fail with, those of pipelines that it invokes too', async context => {
  const { request } = await house(
    context,
    `
pipelines:
  p:
    channels:
      - soap: { path: /soap, operation: go, namespace: "urn:x" }
        security: none
    steps:
      - choose:
          - otherwise:
              - fail:
                  code: own-code
      - invoke: other
  other:
    steps:
      - do:
          - delay: 1ms
        catch:
          - steps:
              - fail:
                  code: theirs
      - invoke: p
`,
  )
  const wsdl = await request({ method: 'GET', query: { wsdl: '' } })
  const text = wsdl.body instanceof Uint8Array ? Buffer.from(wsdl.body).toString() : ''
  assert.match(text, /own-code/)
  assert.match(text, /theirs/)
})
