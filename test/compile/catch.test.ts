import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { house } from './house.ts'

const down = () => {
  throw new SluiceError('UNREACHABLE', 'connecting to crm:80')
}
const refused = (status: number, body?: { readonly [key: string]: string }) => () => {
  throw new SluiceError('UPSTREAM_REFUSED', `GET answered ${status}`, { answer: { status, body } })
}

interface Caught {
  readonly name: string
  readonly on: string
  readonly fails: () => never
  readonly caught: boolean
}
const catches: readonly Caught[] = [
  { name: 'without on, everything', on: '', fails: down, caught: true },
  { name: 'a code of the table', on: 'on: UNREACHABLE', fails: down, caught: true },
  { name: 'one of several', on: 'on: [TIMEOUT, UNREACHABLE]', fails: down, caught: true },
  { name: 'another code', on: 'on: TIMEOUT', fails: down, caught: false },
  { name: 'what the called system answered', on: 'on: "404"', fails: refused(404), caught: true },
  { name: 'any answer of a hundred', on: 'on: 4xx', fails: refused(404), caught: true },
  { name: 'another answer', on: 'on: 5xx', fails: refused(404), caught: false },
  { name: 'no answer at all', on: 'on: 5xx', fails: down, caught: false },
  {
    name: 'an author’s code',
    on: 'on: my-code',
    fails: () => {
      throw new SluiceError('REFUSED', 'no', { reason: 'my-code' })
    },
    caught: true,
  },
  {
    name: 'where its condition holds',
    on: 'on: 404\n            when: "${{ $error.body.kind = \'gone\' }}"'.replace('404', '"404"'),
    fails: refused(404, { kind: 'gone' }),
    caught: true,
  },
  { name: 'not where its condition does not', on: 'when: "${{ $error.status = 500 }}"', fails: refused(404), caught: false },
]
for (const { name, on, fails, caught } of catches)
  test(`catch takes ${name}`, async context => {
    const { run, failure } = await house(
      context,
      `
      steps:
        - call: crm.get
          catch:
            - steps:
                - transform: caught
              ${on.replace('\n            ', '\n              ')}`,
      { operations: { 'crm.get': fails } },
    )
    if (caught) assert.equal((await run()).body, 'caught')
    else assert.notEqual((await failure()).code, 'EXPRESSION')
  })

test('catch sees the message as it entered the guarded step, with $error; names of either do not get out', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - set:
          name: before
      - do:
          - set:
              name: inside
          - transform: lost
          - call: crm.get
        name: guarded
        catch:
          - steps:
              - set:
                  name: handler
              - transform:
                  body: \${{ $ }}
                  error: \${{ $error }}
      - transform:
          name: \${{ $name }}
          caught: \${{ $ }}
          after: \${{ $error ?? 'none' }}`,
    { operations: { 'crm.get': refused(404, { detail: 'gone' }) } },
  )
  assert.deepEqual((await run({ a: 1 })).body, {
    name: 'before',
    caught: {
      body: { a: 1 },
      error: {
        code: 'UPSTREAM_REFUSED',
        message: 'GET answered 404',
        status: 404,
        step: 'guarded/do/2',
        connector: 'crm',
        attempt: 1,
        body: { detail: 'gone' },
      },
    },
    after: 'none',
  })
})

test('what a catch leaves is what as binds, and the body stays', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - call: crm.get
        as: found
        catch:
          - steps:
              - transform: { level: basic }
      - transform:
          level: \${{ $found.level }}
          body: \${{ $ }}`,
    { operations: { 'crm.get': down } },
  )
  assert.deepEqual((await run({ id: 7 })).body, { level: 'basic', body: { id: 7 } })
})

test('fail in catch replaces the error and keeps it as its cause', async context => {
  const { run } = await house(
    context,
    `
    steps:
      - do:
          - call: crm.get
            catch:
              - steps:
                  - fail:
                      code: unknown-customer
        catch:
          - steps:
              - transform:
                  code: \${{ $error.code }}
                  cause: \${{ $error.cause.code }}`,
    { operations: { 'crm.get': refused(404) } },
  )
  assert.deepEqual((await run()).body, { code: 'unknown-customer', cause: 'UPSTREAM_REFUSED' })
})

test('the first entry of catch that matches runs, and where none does the error goes on', async context => {
  const { run, failure } = await house(
    context,
    `
    steps:
      - do:
          - fail:
              code: b
            when: \${{ known }}
          - fail:
              code: z
        catch:
          - on: a
            steps:
              - transform: first
          - on: [b, c]
            steps:
              - transform: second
          - on: b
            steps:
              - transform: third`,
  )
  assert.equal((await run({ known: true })).body, 'second')
  assert.equal((await failure({ known: false })).reason, 'z')
})
