import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Content, Inbound } from '../../engine/core/message.ts'
import { restoreMessage, storeMessage } from '../../engine/durable/stored-message.ts'

const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
const inbound = (body: Content): Inbound & { readonly id: string } => ({
  id: 'message-1',
  body,
  headers: { 'x-list': ['a', 'b'], 'x-number': 7 },
  source: { file: 'ß\n.csv' },
  contentType: 'text/csv',
  principal: { name: 'partner', method: 'basic', claims: {} },
})

const cases: readonly { readonly name: string; readonly body: Content; readonly want: Content }[] = [
  { name: 'bytes', body: bytes, want: bytes },
  { name: 'a file', body: new Blob([bytes]), want: bytes },
  { name: 'bytes that are a value', body: { value: bytes }, want: bytes },
  { name: 'a value', body: { value: { a: [null, 1.5, '日本'] } }, want: { value: { a: [null, 1.5, '日本'] } } },
  { name: 'nothing', body: { value: undefined }, want: { value: undefined } },
  { name: 'null', body: { value: null }, want: { value: null } },
]
for (const { name, body, want } of cases)
  test(`a message of ${name} is the same message when it comes out of the store`, async () => {
    const stored = await storeMessage(inbound(body), 1_000)
    const head = JSON.parse(JSON.stringify(stored.head))
    const { redelivered, receivedAt, body: content, ...rest } = restoreMessage({ head, body: stored.body }, 2)
    assert.deepEqual(content, want)
    assert.equal(redelivered, 2)
    assert.equal(receivedAt, 1_000)
    const { body: _, ...facts } = inbound(body)
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), facts)
  })

test('what a caller proved himself by is not kept', async () => {
  const headers = { authorization: 'Basic x', cookie: 'a=b', 'proxy-authorization': 'Basic y', 'x-kept': 'z' }
  const { head } = await storeMessage({ ...inbound(bytes), headers }, 1_000)
  assert.deepEqual(head.headers, { 'x-kept': 'z' })
})
