import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'

const yaml = `connectors:
  shop:
    http: https://shop.example.com
pipelines:
  take-order:
    input:
      type: object
      required: [number]
      properties:
        number: { type: integer }
    channels:
      - http: { path: /orders, method: POST }
        security: none
        async: true
    redelivery: 2
    steps:
      - call: shop.post
        with:
          path: /orders
          body:
            number: \${{ number }}
  take-all:
    steps:
      - each: \${{ $ }}
        steps:
          - invoke: take-order
            async: true
            with:
              number: \${{ $ }}
      - transform: taken
`

const call = (number: number): string => `          - path: /orders
            body: { number: ${number} }
`

const passing = `tests:
  - name: an order is taken and then placed
    pipeline: take-order
    given:
      channel: http
      body: { number: 7 }
    mock:
      shop.post: { returns: ok }
    expect:
      status: 202
      calls:
        shop.post:
${call(7)}
  - name: each order is queued, and all are placed
    pipeline: take-all
    given:
      body: [1, 2]
    mock:
      shop.post: { returns: ok }
    expect:
      body: taken
      calls:
        shop.post:
${call(1)}${call(2)}
  - name: what fails once is repeated
    pipeline: take-order
    given:
      channel: http
      body: { number: 7 }
    mock:
      shop.post:
        - fails: { code: UNREACHABLE }
        - fails: { code: UNREACHABLE }
        - fails: { code: UNREACHABLE }
        - returns: ok
    expect:
      status: 202
  - name: what violates the input is never queued
    pipeline: take-order
    given:
      channel: http
      body: { number: seven }
    expect:
      error: { code: INPUT_INVALID, status: 400 }
      calls:
        shop.post: []
`

test('sluice test runs what a message puts on queues right after it', async () => {
  await using folder = await project({ 'pipelines/a.yaml': yaml, 'pipelines/a.test.yaml': passing })
  const { code, out, err } = await folder.run(['test'])
  assert.equal(code, 0, out + err)
})

test('sluice test fails where a queued message would become a dead letter', async () => {
  const failing = `tests:
  - name: an order that nobody takes
    pipeline: take-order
    given:
      channel: http
      body: { number: 7 }
    mock:
      shop.post: { fails: { status: 404 } }
    expect:
      status: 202
`
  await using folder = await project({ 'pipelines/a.yaml': yaml, 'pipelines/a.test.yaml': failing })
  const { code, out } = await folder.run(['test'])
  assert.equal(code, 1)
  assert.match(out, /a queued message of take-order was given up: UPSTREAM_REFUSED: /)
})

test('sluice test closes the batches of a message right after it, and tells repetitions of once', async () => {
  const gathering = `connectors:
  shop:
    http: https://shop.example.com
pipelines:
  gather:
    channels:
      - http: { path: /entries, method: POST }
        security: none
        async: true
    steps:
      - once:
          key: \${{ number }}
        steps:
          - call: shop.put
            with:
              path: /entries
      - aggregate:
          key: \${{ $input.account }}
        steps:
          - call: shop.post
            with:
              path: /accounts/\${{ $key }}
              body:
                count: \${{ $count($) }}
  gather-all:
    steps:
      - each: \${{ $ }}
        steps:
          - invoke: gather
            async: true
`
  const tests = `tests:
  - name: members are together, and the same number is put once
    pipeline: gather-all
    given:
      body:
        - { account: ada, number: 1 }
        - { account: ada, number: 1 }
    mock:
      shop.put: { returns: ok }
      shop.post: { returns: ok }
    expect:
      calls:
        shop.put:
          - path: /entries
        shop.post:
          - path: /accounts/ada
            body: { count: 2 }
`
  await using folder = await project({ 'pipelines/a.yaml': gathering, 'pipelines/a.test.yaml': tests })
  const { code, out, err } = await folder.run(['test'])
  assert.equal(code, 0, out + err)
})
