import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { type Found, type Routes, routes } from '../../engine/net/routes.ts'
import { route } from './house.ts'

const table = [
  'GET /hello',
  'GET /orders/{orderId}',
  'POST /orders/{orderId}',
  'GET /orders/new',
  'PUT /orders/{number}/lines/{line}',
  'GET /orders/{orderId}/lines/first',
  'DELETE /orders/last/lines/{line}',
  'GET /{kind}/{id}/lines/first',
  'POST /hello',
  'GET /caf%C3%A9',
  'GET /100%25/{share}',
  'GET /v1/:batch/{id}',
  'GET /v1/*/{id}',
  'GET /{any}/b/c/d',
]

const cases: readonly {
  readonly call: string
  readonly want: string | undefined
  readonly params?: Readonly<Record<string, string>>
  readonly allow?: string
}[] = [
  { call: 'GET /hello', want: 'GET /hello' },
  { call: 'HEAD /hello', want: 'GET /hello' },
  { call: 'POST /hello', want: 'POST /hello' },
  { call: 'GET /h%65llo', want: 'GET /hello' },
  { call: 'GET /caf%c3%a9', want: 'GET /caf%C3%A9' },
  { call: 'DELETE /hello', want: 'GET /hello', allow: 'GET, HEAD, POST, OPTIONS' },
  { call: 'GET /orders/4711', want: 'GET /orders/{orderId}', params: { orderId: '4711' } },
  { call: 'GET /orders/a%20b%3Fc', want: 'GET /orders/{orderId}', params: { orderId: 'a b?c' } },
  { call: 'GET /orders/constructor', want: 'GET /orders/{orderId}', params: { orderId: 'constructor' } },
  { call: 'GET /orders/new', want: 'GET /orders/new' },
  { call: 'HEAD /orders/new', want: 'GET /orders/new' },
  { call: 'POST /orders/new', want: 'POST /orders/{orderId}', params: { orderId: 'new' } },
  { call: 'PATCH /orders/new', want: 'GET /orders/new', allow: 'GET, HEAD, POST, OPTIONS' },
  { call: 'PATCH /orders/4711', want: 'GET /orders/{orderId}', params: { orderId: '4711' }, allow: 'GET, HEAD, POST, OPTIONS' },
  { call: 'PUT /orders/1/lines/2', want: 'PUT /orders/{number}/lines/{line}', params: { number: '1', line: '2' } },
  { call: 'GET /orders/1/lines/first', want: 'GET /orders/{orderId}/lines/first', params: { orderId: '1' } },
  { call: 'DELETE /orders/last/lines/first', want: 'DELETE /orders/last/lines/{line}', params: { line: 'first' } },
  { call: 'GET /parts/1/lines/first', want: 'GET /{kind}/{id}/lines/first', params: { kind: 'parts', id: '1' } },
  { call: 'GET /100%25/half', want: 'GET /100%25/{share}', params: { share: 'half' } },
  { call: 'GET /v1/:batch/7', want: 'GET /v1/:batch/{id}', params: { id: '7' } },
  { call: 'GET /v1/*/7', want: 'GET /v1/*/{id}', params: { id: '7' } },
  { call: 'GET /v1/other/7', want: undefined },
  { call: 'GET /orders', want: undefined },
  { call: 'GET /orders/', want: undefined },
  { call: 'GET /orders/1/lines', want: undefined },
  { call: 'GET /__proto__', want: undefined },
  { call: 'GET /', want: undefined },
]
const found = (all: Routes, call: string): Found | undefined => {
  const [method = '', path = ''] = call.split(' ')
  return all.find(method, path)
}
for (const { call, want, params = {}, allow } of cases)
  test(`routes: ${call} ${want === undefined ? 'is unknown' : allow === undefined ? `is served by ${want}` : `is told ${allow}`}`, () => {
    for (const order of [table, table.toReversed()]) {
      const result = found(routes(order.map(one => route(one))), call)
      const method = allow === undefined ? result?.entry.route.methods[0] : want?.split(' ')[0]
      assert.equal(result === undefined ? undefined : `${method} ${result.entry.route.path}`, want)
      if (result === undefined) continue
      assert.deepEqual({ ...result.params }, params)
      assert.deepEqual(result.allow?.split(', ').toSorted(), allow?.split(', ').toSorted())
    }
  })

test('routes: a parameter called __proto__ is a parameter', () => {
  const result = found(routes([route('GET /orders/{__proto__}')]), 'GET /orders/1')
  assert.deepEqual(Object.entries(result?.params ?? {}), [['__proto__', '1']])
})

test('routes: two paths that differ in the names of parameters alone are one path, each method with its own names', () => {
  const all = routes([route('GET /orders/{a}'), route('PUT /orders/{b}')])
  assert.deepEqual({ ...found(all, 'GET /orders/1')?.params }, { a: '1' })
  assert.deepEqual({ ...found(all, 'PUT /orders/1')?.params }, { b: '1' })
})

test('routes: no routes serve nothing', () => assert.equal(routes([]).find('GET', '/'), undefined))

test('routes: a path with a broken encoding is BAD_REQUEST, whether or not a route would fit', () => {
  const all = routes([route('GET /orders/{a}')])
  for (const path of ['/orders/%', '/none/%c3%28'])
    assert.throws(
      () => all.find('GET', path),
      (error: unknown) => error instanceof SluiceError && error.code === 'BAD_REQUEST',
    )
})

test('routes: a thousand literal routes and a thousand with parameters are told apart', () => {
  const literal = Array.from({ length: 1_000 }, (_, at) => `GET /literal/${at}/get`)
  const variable = Array.from({ length: 1_000 }, (_, at) => `GET /variable/${at}/{id}`)
  const all = routes([...literal, ...variable].map(one => route(one)))
  for (const at of [0, 1, 499, 999]) {
    assert.equal(found(all, `GET /literal/${at}/get`)?.entry.route.path, `/literal/${at}/get`)
    const result = found(all, `GET /variable/${at}/x`)
    assert.equal(result?.entry.route.path, `/variable/${at}/{id}`)
    assert.deepEqual({ ...result.params }, { id: 'x' })
  }
})
