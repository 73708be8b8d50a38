import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { HttpConnector } from '../../engine/core/config.gen.ts'
import { type Code, type Retry, SluiceError } from '../../engine/core/errors.ts'
import type { Json } from '../../engine/core/message.ts'
import { testScope } from '../support/host.ts'
import { failure, httpConfig, withHttp } from '../support/http-connector.ts'
import { startHttp } from '../support/http-server.ts'

/** What one GET of a server that answers so is rejected with. */
async function against(listener: RequestListener, more: Partial<HttpConnector> = {}): Promise<SluiceError> {
  await using server = await startHttp(listener)
  let error: SluiceError | undefined
  await withHttp(httpConfig(server.url, more), async ({ calls }) => {
    error = await failure(calls.get({ path: '/orders/7', query: { token: 's3cret' } }, testScope()))
  })
  assert.ok(error !== undefined && !error.message.includes('s3cret'))
  return error
}

describe('an answer of 400 or above is an error', () => {
  const statuses: readonly (readonly [number, Retry])[] = [
    [400, 'never'],
    [401, 'never'],
    [404, 'never'],
    [408, 'unsafe'],
    [409, 'never'],
    [425, 'safe'],
    [429, 'safe'],
    [500, 'never'],
    [501, 'never'],
    [502, 'unsafe'],
    [503, 'unsafe'],
    [504, 'unsafe'],
  ]
  for (const [status, retry] of statuses)
    test(`${status} may be tried again: ${retry}`, async () => {
      const error = await against((_request, response) => response.writeHead(status).end())
      assert.equal(error.code, 'UPSTREAM_REFUSED')
      assert.equal(error.retry, retry)
      assert.equal(error.detail.answer?.status, status)
      assert.match(error.message, /^GET http:\/\/127\.0\.0\.1:\d+\/orders\/7: it answered \d+$/)
    })

  const bodies: readonly (readonly [string, string | Buffer, Json | undefined])[] = [
    ['application/json', '{"code":7}', { code: 7 }],
    ['application/problem+json; charset=utf-8', '{"detail":"no"}', { detail: 'no' }],
    ['application/json', '{"code":', '{"code":'],
    ['application/json', `${'['.repeat(1000)}${']'.repeat(1000)}`, `${'['.repeat(1000)}${']'.repeat(1000)}`],
    ['text/plain', 'no such order', 'no such order'],
    ['text/html; charset=iso-8859-1', Buffer.from('fehlgeschlagen: ß', 'latin1'), 'fehlgeschlagen: ß'],
    ['application/xml', '<error/>', '<error/>'],
    ['application/octet-stream', Buffer.from([0, 1, 2]), undefined],
    ['text/plain', '', undefined],
    ['text/plain', 'x'.repeat(100_000), 'x'.repeat(65_536)],
  ]
  for (const [type, sent, body] of bodies)
    test(`its body is told: ${type} ${JSON.stringify(sent.toString()).slice(0, 30)}`, async () => {
      const error = await against((_request, response) => response.writeHead(422, { 'content-type': type }).end(sent))
      assert.deepEqual(error.detail.answer?.body, body)
    })

  test('its status is told even where its body is above the limit, or no gzip', async () => {
    const large = await against((_request, response) => response.writeHead(503, { 'content-type': 'text/plain' }).end('x'.repeat(5000)), {
      maxReply: 1000,
    })
    assert.deepEqual([large.code, large.detail.answer?.status], ['UPSTREAM_REFUSED', 503])
    const broken = await against((_request, response) => response.writeHead(503, { 'content-encoding': 'gzip' }).end('no gzip'))
    assert.deepEqual([broken.code, broken.detail.answer?.status], ['UPSTREAM_REFUSED', 503])
  })

  test('retry-after says when, in seconds or as a date, where trying again may help', async () => {
    const after = (status: number, value: string) =>
      against((_request, response) => response.writeHead(status, { 'retry-after': value }).end())
    assert.equal((await after(503, '7')).detail.delayMs, 7000)
    const date = (await after(429, new Date(Date.now() + 60_000).toUTCString())).detail.delayMs
    assert.ok(date !== undefined && date > 50_000 && date <= 60_000, `${date}`)
    assert.equal((await after(503, 'soon')).detail.delayMs, undefined)
    assert.equal((await after(404, '7')).detail.delayMs, undefined)
  })
})

describe('what is no whole answer is an error', () => {
  const faults: readonly { name: string; code: Code; listener: RequestListener; config?: Partial<HttpConnector> }[] = [
    { name: 'the connection is closed without an answer', code: 'OUTCOME_UNKNOWN', listener: request => request.socket.destroy() },
    {
      name: 'the connection is closed in the middle of the answer',
      code: 'OUTCOME_UNKNOWN',
      listener: (request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('half', () => request.socket.destroy())
      },
    },
    {
      name: 'the connection is closed in the middle of a chunked answer',
      code: 'OUTCOME_UNKNOWN',
      listener: (request, response) => void response.write('half', () => request.socket.destroy()),
    },
    { name: 'the answer is not HTTP', code: 'UPSTREAM_MALFORMED', listener: request => void request.socket.end('SSH-2.0-OpenSSH\r\n\r\n') },
    {
      name: 'its headers have no end',
      code: 'UPSTREAM_MALFORMED',
      listener: request => void request.socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`),
    },
    {
      name: 'it is larger than maxReply',
      code: 'UPSTREAM_MALFORMED',
      listener: (_, response) => void response.end('x'.repeat(1001)),
      config: { maxReply: 1000 },
    },
    {
      name: 'it inflates to more than maxReply',
      code: 'UPSTREAM_MALFORMED',
      listener: (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000))),
    },
    {
      name: 'it says gzip and is not',
      code: 'UPSTREAM_MALFORMED',
      listener: (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
    },
    {
      name: 'it is encoded as nobody asked for',
      code: 'UPSTREAM_MALFORMED',
      listener: (_, response) => void response.writeHead(200, { 'content-encoding': 'br' }).end('x'),
    },
  ]
  for (const { name, code, listener, config } of faults)
    test(`${name}: ${code}`, async () => assert.equal((await against(listener, config)).code, code))

  test('exactly maxReply is taken', async () => {
    await using server = await startHttp((_request, response) => response.end('x'.repeat(1000)))
    await withHttp(httpConfig(server.url, { maxReply: 1000 }), async ({ calls }) => {
      const result = await calls.get({ path: '' }, testScope())
      assert.equal(result?.body instanceof Uint8Array && result.body.length, 1000)
    })
  })

  test('no answer before the deadline: TIMEOUT, though nobody cuts the scope', async () => {
    await using server = await startHttp(() => {})
    await withHttp(httpConfig(server.url), async ({ calls }) =>
      assert.equal((await failure(calls.get({ path: '' }, testScope(100)))).code, 'TIMEOUT'),
    )
  })

  test('a deadline that has passed sends nothing: DEADLINE', async () => {
    await using server = await startHttp((_request, response) => response.end())
    await withHttp(httpConfig(server.url), async ({ calls }) =>
      assert.equal((await failure(calls.get({ path: '' }, testScope(-1)))).code, 'DEADLINE'),
    )
    assert.equal(server.requests.length, 0)
  })

  test('a name that does not resolve: UNREACHABLE, and the status says why', async () => {
    await withHttp(httpConfig('http://nobody.invalid'), async ({ calls, host }) => {
      const error = await failure(calls.get({ path: '' }, testScope()))
      assert.equal(error.code, 'UNREACHABLE')
      assert.match(error.message, /ENOTFOUND|EAI_AGAIN/)
      assert.match((await host.until('degraded')).reason ?? '', /ENOTFOUND|EAI_AGAIN/)
    })
  })
})

describe('connections', () => {
  test('a call that is cut rejects with the reason at once, and closes its connection', async () => {
    await using server = await startHttp(() => {})
    await withHttp(httpConfig(server.url), async ({ calls }) => {
      const scope = testScope()
      const call = failure(calls.get({ path: '' }, scope))
      await server.asked(1)
      const closed = new Promise(resolve => server.requests[0]?.socket.once('close', resolve))
      const reason = new SluiceError('CANCELLED', 'the caller went away')
      scope.cancel(reason)
      assert.equal(await call, reason)
      await closed
    })
  })

  test('are kept and used again, never more than allowed', async () => {
    await using server = await startHttp((_request, response) => response.end('ok'))
    await withHttp(httpConfig(server.url, { connections: 2 }), async ({ calls }) => {
      await Promise.all(Array.from({ length: 20 }, () => calls.get({ path: '' }, testScope())))
      assert.equal(new Set(server.requests.map(request => request.socket)).size, 2)
    })
  })

  test('a call waits for a free one, and after a second fails as overloaded', async () => {
    await using server = await startHttp((_request, response) => response.end('ok'))
    server.freeze()
    await withHttp(httpConfig(server.url, { connections: 1 }), async ({ calls }) => {
      const first = calls.get({ path: '/1' }, testScope())
      const error = await failure(calls.get({ path: '/2' }, testScope()))
      assert.deepEqual([error.code, error.retry], ['OVERLOADED', 'safe'])
      assert.equal(server.requests.length, 1)
      server.thaw()
      await first
    })
  })

  test('a stop lets open calls finish until it is told to end them', async () => {
    await using server = await startHttp((_request, response) => response.end('ok'))
    server.freeze()
    await withHttp(httpConfig(server.url), async ({ calls, connector }) => {
      const call = calls.get({ path: '' }, testScope())
      await server.asked(1)
      const stopped = connector.stop?.(AbortSignal.timeout(5000))
      server.thaw()
      assert.equal((await call)?.status, 200)
      await stopped
      assert.equal((await failure(calls.get({ path: '' }, testScope()))).code, 'UNREACHABLE')
    })
  })

  test('a ping takes any answer but that of a gateway without its server', async () => {
    let status = 404
    await using server = await startHttp((_request, response) => response.writeHead(status).end())
    await withHttp(httpConfig(`${server.url}/v1`), async ({ connector }) => {
      await connector.ping?.(AbortSignal.timeout(5000))
      assert.deepEqual([server.requests[0]?.method, server.requests[0]?.url], ['HEAD', '/v1'])
      status = 503
      await assert.rejects(async () => connector.ping?.(AbortSignal.timeout(5000)), /it answered 503/)
    })
  })
})
