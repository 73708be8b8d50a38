import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { hostname } from 'node:os'
import { describe, test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import { guardEgress, isPublic } from '../../engine/kit/egress.ts'
import { testScope } from '../support/host.ts'
import { failure, httpConfig, withHttp } from '../support/http-connector.ts'
import { startHttp } from '../support/http-server.ts'

const hidden: readonly string[] = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::FFFF:10.0.0.1',
  '0:0:0:0:0:ffff:7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'not an address',
  '',
]
for (const address of hidden) test(`${address} is not public`, () => assert.equal(isPublic(address), false))

for (const address of [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])
  test(`${address} is public`, () => assert.equal(isPublic(address), true))

describe('a name', () => {
  const answering =
    (addresses: string | readonly string[]): LookupFunction =>
    (_name, _options, callback) =>
      typeof addresses === 'string'
        ? callback(null, addresses, 4)
        : callback(
            null,
            addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
          )
  const resolve = (addresses: string | readonly string[]): Error | null => {
    let outcome: Error | null = null
    guardEgress('api.example.com', 'public', answering(addresses))?.('api.example.com', { all: typeof addresses !== 'string' }, error => {
      outcome = error
    })
    return outcome
  }

  test('that resolves to a public address may be connected to', () => {
    assert.equal(resolve('8.8.8.8'), null)
    assert.equal(resolve(['8.8.8.8', '2606:4700::1111']), null)
  })

  for (const addresses of ['10.0.0.1', ['10.0.0.1'], ['8.8.8.8', '169.254.169.254'], ['::ffff:127.0.0.1']])
    test(`that resolves to ${addresses} is refused for good, and told how to allow it`, () => {
      const error = resolve(addresses)
      assert.ok(error instanceof SluiceError)
      assert.deepEqual([error.code, error.retry], ['UNREACHABLE', 'never'])
      assert.match(error.message, /api\.example\.com.*egress: private/)
    })

  test('may resolve to any where egress is private', () => assert.equal(guardEgress('api.example.com', 'private'), undefined))

  for (const declared of ['127.0.0.1', '10.0.0.1', '[::1]', 'localhost', 'api.localhost'])
    test(`declares itself: ${declared}`, () => assert.equal(guardEgress(declared, 'public'), undefined))
})

test('a connector refuses a name of this machine, sends nothing, and takes it where egress is private', async context => {
  const own = hostname()
  const address = await lookup(own).then(
    found => found.address,
    () => undefined,
  )
  if (address === undefined || isPublic(address)) return context.skip('the name of this machine leads to no private address')
  await using server = await startHttp((_request, response) => response.end('ok'), undefined, address)
  const url = `http://${own}:${new URL(server.url).port}`
  await withHttp(httpConfig(url), async ({ calls }) => {
    const error = await failure(calls.get({ path: '' }, testScope()))
    assert.deepEqual([error.code, error.retry], ['UNREACHABLE', 'never'])
    assert.match(error.message, /egress: private/)
  })
  assert.equal(server.requests.length, 0)
  await withHttp(httpConfig(url, { egress: 'private' }), async ({ calls }) =>
    assert.equal((await calls.get({ path: '' }, testScope()))?.status, 200),
  )
})
