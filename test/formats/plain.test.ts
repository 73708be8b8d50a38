import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body } from '../../engine/core/message.ts'
import bytes from '../../engine/formats/bytes.ts'
import text from '../../engine/formats/text.ts'

const asText = text.create({})
const asBytes = bytes.create({})

test('a text is read by its charset, and written in UTF-8', () => {
  assert.equal(asText.decode(Buffer.from([0xe9]), 'text/plain; charset=iso-8859-1'), 'é')
  assert.deepEqual(asText.encode('é'), { bytes: Buffer.from('é'), contentType: 'text/plain; charset=utf-8' })
})

test('bytes pass as they are, both ways', () => {
  const given = Uint8Array.from([0, 255])
  assert.equal(asBytes.decode(given, undefined), given)
  assert.equal(asBytes.encode(given).bytes, given)
  assert.equal(asText.encode(given).bytes, given)
})

test('no bytes are no body', () => {
  for (const format of [asText, asBytes]) {
    assert.equal(format.decode(new Uint8Array(0), undefined), undefined)
    assert.equal(format.encode(undefined).bytes.length, 0)
  }
})

const cases: readonly { readonly value: Body; readonly text: string | undefined; readonly bytes: string | undefined }[] = [
  { value: 'x', text: 'x', bytes: 'x' },
  { value: 1.5, text: '1.5', bytes: undefined },
  { value: true, text: 'true', bytes: undefined },
  { value: null, text: '', bytes: undefined },
  { value: { a: 1 }, text: undefined, bytes: undefined },
  { value: ['a'], text: undefined, bytes: undefined },
  { value: new Blob(['x']), text: undefined, bytes: undefined },
]
for (const { value, text: wantText, bytes: wantBytes } of cases)
  test(`what is not a text or bytes is INTERNAL: ${JSON.stringify(value)}`, () => {
    for (const [format, want] of [
      [asText, wantText],
      [asBytes, wantBytes],
    ] as const) {
      if (want === undefined) assert.throws(() => format.encode(value), { code: 'INTERNAL' })
      else assert.equal(Buffer.from(format.encode(value).bytes).toString(), want)
    }
  })
