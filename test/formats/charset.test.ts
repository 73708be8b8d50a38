import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText } from '../../engine/formats/charset.ts'
import { declaredCharset } from '../../engine/formats/xml-reader.ts'

const cases = [
  { name: 'UTF-8 without a word', bytes: Buffer.from('é€😀'), text: 'é€😀' },
  { name: 'U+FFFD that was sent as such', bytes: Buffer.from('a\ufffd'), text: 'a\ufffd' },
  { name: 'a byte order mark, which goes away', bytes: Buffer.from('\ufeffé'), text: 'é' },
  { name: 'UTF-16 by its byte order mark, little end first', bytes: Buffer.from('\ufeffé', 'utf16le'), text: 'é' },
  { name: 'UTF-16 by its byte order mark, big end first', bytes: Buffer.from('\ufeffé', 'utf16le').swap16(), text: 'é' },
  { name: 'the mark wins over the content type', bytes: Buffer.from('\ufeffé'), type: 'text/plain; charset=iso-8859-1', text: 'é' },
  { name: 'iso-8859-1', bytes: Buffer.from([0xe9, 0x80]), type: 'text/plain; charset=ISO-8859-1', text: 'é\u0080' },
  { name: 'windows-1252, in quotes', bytes: Buffer.from([0xe9, 0x80]), type: 'text/plain;charset="windows-1252"', text: 'é€' },
  { name: 'us-ascii', bytes: Buffer.from('abc'), type: 'text/plain; charset=us-ascii', text: 'abc' },
  { name: 'utf-16', bytes: Buffer.from('é', 'utf16le'), type: 'text/plain; charset=utf-16le', text: 'é' },
  {
    name: 'the declaration of an XML document',
    bytes: Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><é/>', 'latin1'),
    xml: true,
    text: /<é\/>$/,
  },
  {
    name: 'the content type wins over the declaration',
    bytes: Buffer.from("<?xml version='1.0' encoding='ISO-8859-1'?><é/>"),
    xml: true,
    type: 'text/xml; charset=utf-8',
    text: /<é\/>$/,
  },
  { name: 'an XML document in UTF-16 without a mark', bytes: Buffer.from('<é/>', 'utf16le'), xml: true, text: '<é/>' },
]
for (const { name, bytes, type, xml, text } of cases)
  test(`the charset of a body is found: ${name}`, () => {
    const decoded = decodeText(bytes, type, 'text', xml ? declaredCharset : undefined)
    if (typeof text === 'string') assert.equal(decoded, text)
    else assert.match(decoded, text)
  })

const bad = [
  { name: 'a wrong byte', bytes: [0x61, 0xff], says: 'bytes that are not utf-8' },
  { name: 'a character cut in half', bytes: [0xc3], says: 'bytes that are not utf-8' },
  { name: 'an overlong form', bytes: [0xc0, 0x80], says: 'bytes that are not utf-8' },
  { name: 'a surrogate in UTF-8', bytes: [0xed, 0xa0, 0x80], says: 'bytes that are not utf-8' },
  { name: 'half of UTF-16', bytes: [0xfe, 0xff, 0xd8, 0x00], says: 'bytes that are not utf-16be' },
  { name: 'not ASCII', bytes: [0x61, 0xe9], type: 'text/plain; charset=us-ascii', says: 'a byte that is not us-ascii at offset 1' },
  { name: 'an unknown charset', bytes: [0x61], type: 'text/plain; charset=klingon', says: 'the charset is not known here' },
]
for (const { name, bytes, type, says } of bad)
  test(`bytes that a charset does not have are MALFORMED: ${name}`, () => {
    assert.throws(() => decodeText(Uint8Array.from(bytes), type, 'text'), {
      code: 'MALFORMED',
      message: `reading the body as text: ${says}`,
    })
  })

test('an unknown charset is status 415', () => {
  assert.throws(() => decodeText(Buffer.from('x'), 'text/plain; charset=klingon', 'text'), { status: 415 })
})
