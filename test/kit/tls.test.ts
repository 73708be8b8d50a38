import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { TlsOptions } from '../../engine/core/policies.gen.ts'
import { Secret } from '../../engine/core/secret.ts'
import { checkTls } from '../../engine/kit/tls.ts'
import { selfSigned } from '../support/certificates.ts'
import { testScope } from '../support/host.ts'
import { failure, httpConfig, withHttp } from '../support/http-connector.ts'
import { type HttpServer, startHttp } from '../support/http-server.ts'

const ours = selfSigned()
const other = selfSigned()
const tls = (more: Partial<TlsOptions>): TlsOptions => ({ insecure: false, ...more })

describe('a connector over TLS', () => {
  let server: HttpServer
  before(async () => {
    server = await startHttp(
      (request, response) => {
        // A server over TLS has sockets of TLS.
        const { subject } = (request.socket as TLSSocket).getPeerCertificate()
        response.end(subject?.CN ?? 'nobody')
      },
      { ...ours, requestCert: true, rejectUnauthorized: false },
    )
  })
  after(() => server[Symbol.asyncDispose]())

  for (const [name, options] of [
    ['the system’s authorities', undefined],
    ['another authority', tls({ ca: new Secret(other.cert) })],
  ] as const)
    test(`refuses a certificate that ${name} did not sign, and does not try again`, () =>
      withHttp(httpConfig(server.url, { tls: options }), async ({ calls }) => {
        const error = await failure(calls.get({ path: '' }, testScope()))
        assert.deepEqual([error.code, error.retry], ['UNREACHABLE', 'never'])
        assert.match(error.message, /DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY|SELF_SIGNED/)
      }))

  const answer = async (options: TlsOptions): Promise<string> => {
    let text = ''
    await withHttp(httpConfig(server.url, { tls: options }), async ({ calls }) => {
      text = Buffer.from((await calls.get({ path: '' }, testScope()))?.body as Uint8Array).toString()
    })
    return text
  }

  test('takes one that the given authority signed', async () => assert.equal(await answer(tls({ ca: new Secret(ours.cert) })), 'nobody'))

  test('shows its own', async () => {
    const identity = { certificate: new Secret(other.cert), key: new Secret(other.key) }
    assert.equal(await answer(tls({ ca: new Secret(ours.cert), ...identity })), 'test')
  })

  test('takes any where it is told to be insecure, and says so in the log', () =>
    withHttp(httpConfig(server.url, { tls: tls({ insecure: true }) }), async ({ calls, host }) => {
      assert.equal((await calls.get({ path: '' }, testScope()))?.status, 200)
      assert.deepEqual(
        host.lines.map(({ level, event }) => [level, event]),
        [['warn', 'insecure']],
      )
    }))

  test('that meets a server without it cannot reach it', async () => {
    await using plain = await startHttp((_request, response) => response.end())
    await withHttp(httpConfig(plain.url.replace('http:', 'https:')), async ({ calls }) => {
      assert.equal((await failure(calls.get({ path: '' }, testScope()))).code, 'UNREACHABLE')
    })
  })
})

const wrong: readonly (readonly [string, Partial<TlsOptions>, string])[] = [
  ['an authority that is no certificate', { ca: new Secret('garbage') }, '/tls/ca'],
  ['a certificate without its key', { certificate: new Secret(ours.cert) }, '/tls'],
  ['a key without its certificate', { key: new Secret(ours.key) }, '/tls'],
  ['a certificate that is none', { certificate: new Secret('garbage'), key: new Secret(ours.key) }, '/tls/certificate'],
  ['a key that is none', { certificate: new Secret(ours.cert), key: new Secret('s3cret') }, '/tls/key'],
  ['a key of another certificate', { certificate: new Secret(ours.cert), key: new Secret(other.key) }, '/tls/key'],
]
for (const [name, options, pointer] of wrong)
  test(`${name} is a fault of the configuration`, () => {
    const faults = checkTls(tls(options), '/tls')
    assert.deepEqual(
      faults.map(fault => fault.pointer),
      [pointer],
    )
    assert.ok(!JSON.stringify(faults).includes('s3cret'))
  })

test('good certificates have no fault', () => {
  assert.deepEqual(checkTls(tls({ ca: new Secret(ours.cert), certificate: new Secret(ours.cert), key: new Secret(ours.key) }), '/tls'), [])
})
