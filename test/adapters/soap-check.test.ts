import assert from 'node:assert/strict'
import { test } from 'node:test'
import soap from '../../engine/adapters/soap/channel.ts'
import type { SoapChannel } from '../../engine/core/config.gen.ts'
import { channel, soap11 } from './soap-service.ts'

const faulty: readonly { readonly name: string; readonly configs: readonly SoapChannel[]; readonly want: readonly string[] }[] = [
  { name: 'two operations on one path', configs: [channel('a'), channel('b')], want: [] },
  {
    name: 'one operation twice',
    configs: [channel('a'), channel('a')],
    want: ['1/operation another channel on this path has or answers with this operation'],
  },
  {
    name: 'an operation called as another’s reply',
    configs: [channel('a'), channel('aResponse')],
    want: ['1/operation another channel on this path has or answers with this operation'],
  },
  {
    name: 'a reply called as another operation',
    configs: [channel('aResponse'), channel('a')],
    want: ['1/operation aResponse, the reply of this operation, is another operation on this path'],
  },
  {
    name: 'two namespaces on one path',
    configs: [channel('a'), channel('b', { namespace: 'urn:b' })],
    want: ['1/namespace the service at /soap/rates has another namespace in another channel'],
  },
]

for (const { name, configs, want } of faulty)
  test(`soap: check of ${name}: ${want.join(', ') || 'no fault'}`, () => {
    const found = soap.checkTogether?.(configs) ?? []
    assert.deepEqual(
      found.map(({ at, pointer, message }) => `${at}${pointer} ${message}`),
      want,
    )
  })

for (const { change, want } of [
  { change: {}, want: [] },
  { change: { namespace: 'http://shop.example/orders#' }, want: [] },
  { change: { namespace: 'my shop' }, want: ['/namespace'] },
  { change: { namespace: 'urn:"><x' }, want: ['/namespace'] },
  { change: { namespace: soap11 }, want: ['/namespace'] },
  { change: { path: '/a//b' }, want: ['/path'] },
  { change: { path: '/a/../b' }, want: ['/path'] },
  { change: { path: '/a%2Fb' }, want: ['/path'] },
])
  test(`soap: check of ${JSON.stringify(change)}: ${want.join(', ') || 'no fault'}`, () =>
    assert.deepEqual(
      soap.check?.(channel('a', change)).map(({ pointer }) => pointer),
      want,
    ))
