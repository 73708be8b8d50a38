import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { HttpConnectorOperations } from '../../engine/core/config.gen.ts'
import { Scope } from '../../engine/core/scope.ts'
import { Secret } from '../../engine/core/secret.ts'
import { testScope } from '../support/host.ts'
import { failure, httpConfig, withHttp } from '../support/http-connector.ts'
import { type HttpServer, startHttp } from '../support/http-server.ts'

/** What the server got, as it says itself. */
interface Got {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: HttpServer
before(async () => {
  server = await startHttp(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const got = { method: request.method, target: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() }
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'set-cookie': ['a=1', 'b=2'] }).end(JSON.stringify(got))
  })
})
after(() => server[Symbol.asyncDispose]())

type Get = HttpConnectorOperations['get']

async function got(base: string, args: Partial<Get>, config = {}): Promise<Got> {
  let answer: Got | undefined
  await withHttp(httpConfig(server.url + base, config), async ({ calls }) => {
    const result = await calls.get({ path: '', ...args }, testScope())
    answer = JSON.parse(Buffer.from(result?.body as Uint8Array).toString())
  })
  if (answer === undefined) throw new Error('nothing was answered')
  return answer
}

describe('the target of a call', () => {
  const targets: readonly (readonly [string, Partial<Get>, string])[] = [
    ['', {}, '/'],
    ['/', {}, '/'],
    ['/v1', {}, '/v1'],
    ['/v1/', {}, '/v1'],
    ['', { path: '/orders' }, '/orders'],
    ['/v1', { path: 'orders' }, '/v1/orders'],
    ['/v1/', { path: '/orders/' }, '/v1/orders/'],
    ['/v1', { path: '//orders' }, '/v1/orders'],
    ['/v1', { path: '/orders/a%2Fb' }, '/v1/orders/a%2Fb'],
    ['/v1', { path: '/käse/a b' }, '/v1/k%C3%A4se/a%20b'],
    ['/v1', { path: '/a..b/.../x' }, '/v1/a..b/.../x'],
    ['', { query: { data: 'daily', page: 2, all: true } }, '/?data=daily&page=2&all=true'],
    ['', { query: { id: [1, 2, 'x'] } }, '/?id=1&id=2&id=x'],
    ['', { query: { none: [] } }, '/'],
    ['', { query: { $filter: 'month(D) eq 9 & x=1#+' } }, '/?%24filter=month(D)%20eq%209%20%26%20x%3D1%23%2B'],
    ['', { query: { key: new Secret('s3cret') } }, '/?key=s3cret'],
    ['', { query: JSON.parse('{"__proto__":"a","constructor":"b"}') }, '/?__proto__=a&constructor=b'],
  ]
  for (const [base, args, target] of targets)
    test(`${base} with ${JSON.stringify(args)} is ${target}`, async () => assert.equal((await got(base, args)).target, target))

  test('a parameter without a value is left out', async () => {
    const query = { a: undefined, b: null, c: '' } as unknown as NonNullable<Get['query']> // what an expression without a value gives
    assert.equal((await got('', { query })).target, '/?c=')
  })

  const refused: readonly (readonly [string, Partial<Get>])[] = [
    ['leads above the address', { path: '/../admin' }],
    ['leads above it, encoded', { path: '/%2e%2E/admin' }],
    ['goes by a dot', { path: '/./admin' }],
    ['has a backslash', { path: '/..\\admin' }],
    ['has a query', { path: '/a?b=c' }],
    ['has a fragment', { path: '/a#b' }],
    ['has half a surrogate pair', { path: '/\ud83d' }],
    ['has half a surrogate pair in its query', { query: { a: '\ud83d' } }],
  ]
  for (const [name, args] of refused)
    test(`a path that ${name} is refused, and nothing is sent`, async () => {
      const before = server.requests.length
      assert.equal((await failure(got('/v1', args))).code, 'ARGUMENT_INVALID')
      assert.equal(server.requests.length, before)
    })
})

describe('the headers of a call', () => {
  test('are those of the connector, over them those of the call, and the correlation', async () => {
    const headers = { 'X-Tenant': 'acme', 'x-level': 7 }
    const config = { headers: { 'x-tenant': new Secret('default'), 'user-agent': new Secret('sluice') } }
    const { headers: sent } = await got('', { headers }, config)
    assert.equal(sent['x-tenant'], 'acme')
    assert.equal(sent['x-level'], '7')
    assert.equal(sent['user-agent'], 'sluice')
    assert.equal(sent['x-correlation-id'], 'test-delivery')
    assert.equal(sent['accept-encoding'], 'gzip')
    assert.equal(sent['traceparent'], undefined)
  })

  test('hand on the trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const scope = new Scope({ id: 'traced-delivery', deadline: performance.now() + 5000, traceparent })
    await withHttp(httpConfig(server.url), async ({ calls }) => {
      await calls.get({ path: '' }, scope)
      assert.equal(server.requests.at(-1)?.headers['traceparent'], traceparent)
    })
  })

  test('carry the credentials of the address', async () => {
    await withHttp(httpConfig(server.url.replace('//', '//us%40er:p%3Aw@')), async ({ calls }) => {
      await calls.get({ path: '' }, testScope())
      assert.equal(server.requests.at(-1)?.headers.authorization, `Basic ${Buffer.from('us@er:p:w').toString('base64')}`)
    })
  })

  test('carry what security adds, of the whole request', async () => {
    const asked: string[] = []
    await withHttp(
      httpConfig(`${server.url}/v1`),
      async ({ calls }) => {
        await calls.post(
          { path: '/orders', query: { a: 1 }, body: { bytes: Buffer.from('{}'), contentType: 'application/json' } },
          testScope(),
        )
        assert.equal(server.requests.at(-1)?.headers.authorization, 'Bearer t')
      },
      async ({ method, url, headers }) => {
        asked.push(method, url, String(headers['content-type']))
        return { authorization: 'Bearer t' }
      },
    )
    assert.deepEqual(asked, ['POST', `${server.url}/v1/orders?a=1`, 'application/json'])
  })

  const refused: readonly (readonly [string, NonNullable<Get['headers']>])[] = [
    ['a line end in a value', { 'x-a': 'b\r\nset-cookie: c' }],
    ['NUL in a value', { 'x-a': 'b\0' }],
    ['what ISO-8859-1 does not have', { 'x-a': '日本' }],
    ['a blank in a name', { 'x a': 'b' }],
    ['a line end in a name', { 'x-a\r\nb': 'c' }],
    ['the framing of the message', { 'Transfer-Encoding': 'chunked' }],
    ['its length', { 'content-length': 5 }],
  ]
  for (const [name, headers] of refused)
    test(`with ${name} are refused, and nothing is sent`, async () => {
      const before = server.requests.length
      const error = await failure(got('', { headers }))
      assert.equal(error.code, 'ARGUMENT_INVALID')
      assert.equal(server.requests.length, before)
    })
})

describe('what is sent and what comes back', () => {
  const body = { bytes: Buffer.from('<a/>'), contentType: 'application/xml' }
  for (const method of ['put', 'post', 'patch'] as const)
    test(`${method} sends its body with its content type and length`, () =>
      withHttp(httpConfig(server.url), async ({ calls }) => {
        const result = await calls[method]({ path: '/a', body }, testScope())
        const { headers, ...sent }: Got = JSON.parse(Buffer.from(result?.body as Uint8Array).toString())
        assert.deepEqual(sent, { method: method.toUpperCase(), target: '/a', body: '<a/>' })
        assert.equal(headers['content-type'], 'application/xml')
        assert.equal(headers['content-length'], '4')
      }))

  test('request sends any method', () =>
    withHttp(httpConfig(server.url), async ({ calls }) => {
      await calls.request({ method: 'PROPFIND', path: '/a', body }, testScope())
      assert.equal(server.requests.at(-1)?.method, 'PROPFIND')
    }))

  test('a result has status, headers, and the bytes with their content type', () =>
    withHttp(httpConfig(server.url), async ({ calls }) => {
      const result = await calls.get({ path: '' }, testScope())
      assert.equal(result?.status, 200)
      assert.equal(result?.contentType, 'application/json; charset=utf-8')
      assert.deepEqual(result?.headers?.['set-cookie'], ['a=1', 'b=2'])
      assert.ok(result?.body instanceof Uint8Array)
    }))

  const answers: readonly {
    name: string
    status: number
    headers?: Record<string, string>
    sent: string | Buffer
    body: string | undefined
  }[] = [
    { name: 'no content is no body', status: 204, sent: '', body: undefined },
    { name: 'an empty answer is no body', status: 200, sent: '', body: undefined },
    { name: 'a redirect is a result, and is not followed', status: 302, headers: { location: '/elsewhere' }, sent: 'moved', body: 'moved' },
    { name: 'gzip is inflated', status: 200, headers: { 'content-encoding': 'gzip' }, sent: gzipSync('inflated'), body: 'inflated' },
    {
      name: 'gzip by its old name is inflated',
      status: 200,
      headers: { 'content-encoding': 'x-gzip' },
      sent: gzipSync('inflated'),
      body: 'inflated',
    },
  ]
  for (const { name, status, headers, sent, body } of answers)
    test(name, async () => {
      await using other = await startHttp((_request, response) => response.writeHead(status, headers).end(sent))
      await withHttp(httpConfig(other.url), async ({ calls }) => {
        const result = await calls.get({ path: '' }, testScope())
        assert.equal(result?.status, status)
        assert.equal(result?.body === undefined ? undefined : Buffer.from(result.body as Uint8Array).toString(), body)
        assert.equal(other.requests.length, 1)
      })
    })
})
