import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Body } from '../../engine/core/message.ts'
import xml from '../../engine/formats/xml.ts'
import { parseXml } from '../../engine/formats/xml-reader.ts'
import { createXmlMapping } from '../../engine/formats/xml-value.ts'
import { createXmlWriter } from '../../engine/formats/xml-writer.ts'

const namespaces = { m: 'urn:m', n: 'urn:n' }
const format = xml.create({ root: 'response', attributes: [], namespaces, lists: [], lenient: false, coerce: true })
const written = (value: Body): string => Buffer.from(format.encode(value).bytes).toString()
const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

const documents = [
  { says: 'a text', value: 'x', xml: '<response>x</response>' },
  { says: 'numbers and booleans', value: { a: 1.5, b: -0, c: true }, xml: '<response><a>1.5</a><b>0</b><c>true</c></response>' },
  { says: 'nothing inside', value: {}, xml: '<response/>' },
  { says: 'empty texts', value: { a: '', b: {} }, xml: '<response><a/><b/></response>' },
  { says: 'null', value: { a: null }, xml: `<response ${xsi}><a xsi:nil="true"/></response>` },
  { says: 'null alone', value: null, xml: `<response ${xsi} xsi:nil="true"/>` },
  { says: 'a list, as repeated elements', value: { a: [1, { b: 2 }, ''] }, xml: '<response><a>1</a><a><b>2</b></a><a/></response>' },
  { says: 'an empty list, as nothing', value: { a: [] }, xml: '<response/>' },
  { says: 'a list alone, as items', value: [1, 2], xml: '<response><item>1</item><item>2</item></response>' },
  {
    says: 'a list of lists, with items inside',
    value: { a: [[1, 2], []] },
    xml: '<response><a><item>1</item><item>2</item></a><a/></response>',
  },
  { says: 'attributes and text', value: { a: { '@b': 1, '@c': null, '#text': 't' } }, xml: '<response><a b="1">t</a></response>' },
  {
    says: 'prefixes that are declared, only where they are used',
    value: { 'm:a': { '@m:b': 1, '@xml:lang': 'en' } },
    xml: '<response xmlns:m="urn:m"><m:a m:b="1" xml:lang="en"/></response>',
  },
  { says: 'markup in texts', value: { a: '<&>]]>"\'' }, xml: '<response><a>&lt;&amp;&gt;]]&gt;"\'</a></response>' },
  {
    says: 'markup and line ends in attributes',
    value: { '@a': '<&>"\'\r\n\t' },
    xml: '<response a="&lt;&amp;&gt;&quot;\'&#13;&#10;&#9;"/>',
  },
  { says: 'carriage returns in texts', value: '\r\n\t', xml: '<response>&#13;\n\t</response>' },
  { says: 'characters beyond the first plane', value: '😀\ufffd', xml: '<response>😀\ufffd</response>' },
]
for (const { says, value, xml: want } of documents)
  test(`XML is written: ${says}`, () => assert.equal(written(value), `<?xml version="1.0" encoding="UTF-8"?>${want}`))

test('what is undefined is left out, and no body is no bytes', () => {
  assert.match(written({ a: undefined, b: [undefined, 1] } as unknown as Body), /<response><b>1<\/b><\/response>$/)
  assert.equal(written(undefined), '')
})

const refused: readonly { readonly says: string; readonly value: unknown }[] = [
  { says: 'a name with a blank', value: { 'a b': 1 } },
  { says: 'a name that begins with a digit', value: { '1a': 1 } },
  { says: 'an empty name', value: { '': 1 } },
  { says: 'a name that closes the tag', value: { 'a><b': 1 } },
  { says: 'an attribute name that opens another', value: { '@a="1" b': 1 } },
  { says: 'a prefix that nobody declared', value: { 'x:a': 1 } },
  { says: 'two colons', value: { 'm:a:b': 1 } },
  { says: 'a declaration of a namespace', value: { '@xmlns': 'urn:x' } },
  { says: 'a declaration of a prefix', value: { '@xmlns:m': 'urn:x' } },
  { says: 'a control character', value: { a: 'x\u0000' } },
  { says: 'a control character in an attribute', value: { '@a': '\u001f' } },
  { says: 'half a character', value: { a: '\ud800x' } },
  { says: 'U+FFFE', value: { a: '\ufffe' } },
  { says: 'an object as attribute', value: { '@a': { b: 1 } } },
  { says: 'a number that is none', value: { a: Number.NaN } },
  { says: 'a date', value: { a: new Date(0) } },
  { says: 'bytes', value: { a: new Uint8Array(1) } },
  { says: 'bytes alone', value: new Uint8Array(1) },
  { says: 'a file', value: new Blob(['x']) },
]
for (const { says, value } of refused)
  test(`what XML cannot say is INTERNAL, and nothing of it is told: ${says}`, () => {
    assert.throws(() => written(value as Body), { code: 'INTERNAL', message: /^writing the body as XML: [a-z `#@,’U+]+$/i })
  })

test('a value in itself is refused, not written without end', () => {
  const loop: Record<string, unknown> = {}
  loop['loop'] = loop
  assert.throws(() => written(loop as Body), { code: 'INTERNAL', message: /nested deeper than 64 levels/ })
})

test('the prefix of xsi:nil gives way to one of the architect', () => {
  assert.equal(
    createXmlWriter({ xsi: 'urn:mine' }).element('r', null),
    '<r xmlns:nil="http://www.w3.org/2001/XMLSchema-instance" nil:nil="true"/>',
  )
  assert.equal(
    createXmlWriter({ i: 'http://www.w3.org/2001/XMLSchema-instance' }).element('r', null),
    '<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>',
  )
})

test('an element takes a default namespace, as SOAP bodies do', () => {
  assert.equal(createXmlWriter().element('ok', { a: 1 }, 'urn:"x"'), '<ok xmlns="urn:&quot;x&quot;"><a>1</a></ok>')
})

test('names are checked again when the memory for them was full', () => {
  const writer = createXmlWriter()
  for (let index = 0; index < 5000; index++) assert.equal(writer.element('r', { [`a${index}`]: 1 }), `<r><a${index}>1</a${index}></r>`)
  assert.throws(() => writer.element('r', { 'a b': 1 }), { code: 'INTERNAL' })
})

test('what is written reads as the same value', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('<', '&', '>', '"', "'", '\r', '\n', '\t', ']', ' '),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter(isXml),
    ),
  })
  const name = fc.constantFrom('a', 'b-1', '_c', 'é', 'm:d', 'constructor', '__proto__')
  const { value } = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 4 }, text, fc.constant(null), tie('object')),
    object: fc
      .array(fc.tuple(name, fc.oneof(tie('value'), fc.array(tie('value'), { minLength: 2, maxLength: 3 }))), { minLength: 1, maxLength: 4 })
      .map(Object.fromEntries),
  }))
  const { toValue } = createXmlMapping({ namespaces })
  const writer = createXmlWriter(namespaces)
  fc.assert(
    fc.property(value, given => {
      const body = given as Body
      const want = typeof body === 'string' && body.trim() === '' ? {} : body
      assert.deepEqual(toValue(parseXml(writer.element('r', body))), want)
    }),
    { seed: 3, numRuns: 2000 },
  )
})

const isXml = (character: string): boolean => /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u.test(character)
