import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SluiceError } from '../../engine/core/errors.ts'
import xml from '../../engine/formats/xml.ts'
import { parseXml } from '../../engine/formats/xml-reader.ts'

const config = { root: 'response', attributes: [], namespaces: {}, lists: [], lenient: false, coerce: true }
const read = (text: string, change: Partial<Parameters<typeof xml.create>[0]> = {}): unknown =>
  xml.create({ ...config, ...change }).decode(Buffer.from(text), 'application/xml')

const values = [
  { says: 'no bytes are no body', text: '', value: undefined },
  { says: 'an empty document element is {}', text: '<r/>', value: {} },
  { says: 'a blank document element is {}', text: '<r>\n </r>', value: {} },
  { says: 'a document element with text is the text', text: '<r>007</r>', value: '007' },
  { says: 'children go by local name', text: '<a:r xmlns:a="urn:a"><a:b>1</a:b><b xmlns="urn:b">2</b></a:r>', value: { b: ['1', '2'] } },
  { says: 'repeated elements are a list', text: '<r><a>1</a><b/><a>2</a><a>3</a></r>', value: { a: ['1', '2', '3'], b: '' } },
  { says: 'text alone is kept as it is', text: '<r><a> 1\n</a></r>', value: { a: ' 1\n' } },
  { says: 'blank text beside elements is dropped', text: '<r>\n  <a>1</a>\n</r>', value: { a: '1' } },
  { says: 'text beside elements is #text', text: '<r>x<a>1</a> y</r>', value: { a: '1', '#text': 'x y' } },
  { says: 'CDATA is text', text: '<r><a>1<![CDATA[<&>]]>2</a></r>', value: { a: '1<&>2' } },
  { says: 'references are characters', text: '<r><a>&lt;&#65;&#x1F600;&amp;amp;</a></r>', value: { a: '<A😀&amp;' } },
  {
    says: 'comments and instructions are nothing',
    text: '<?xml version="1.0"?><!-- c --><r><a>1<!-- x -->2<?p q?></a></r><!-- d -->',
    value: { a: '12' },
  },
  { says: 'line ends are line feeds', text: '<r><a>1\r\n2\r3&#13;</a></r>', value: { a: '1\n2\n3\r' } },
  {
    says: 'xsi:nil is null',
    text: '<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a i:nil="true"/><b i:nil=" 1 "/><c i:nil="0"/></r>',
    value: { a: null, b: null, c: '' },
  },
  { says: 'attributes are left out', text: '<r x="1"><a y="2">t</a></r>', value: { a: 't' } },
  {
    says: 'names of prototypes are names like any other',
    text: '<r><__proto__><x>1</x></__proto__><constructor/><toString>2</toString></r>',
    value: JSON.parse('{"__proto__":{"x":"1"},"constructor":"","toString":"2"}'),
  },
]
for (const { says, text, value } of values) test(`reading XML: ${says}`, () => assert.deepEqual(read(text), value))

test('named attributes are kept as @name, and the text beside them as #text', () => {
  const attributes = ['href', 'm:id']
  const namespaces = { m: 'urn:m' }
  const text = '<r><a href="1" other="2">t</a><b href=" x "/><c other="1">t</c><d xmlns:q="urn:m" q:id="7" id="8" q:href="9"><e/></d></r>'
  assert.deepEqual(read(text, { attributes, namespaces }), {
    a: { '@href': '1', '#text': 't' },
    b: { '@href': ' x ' },
    c: 't',
    d: { '@m:id': '7', e: '' },
  })
  assert.deepEqual(read('<r xmlns:q="urn:q" q:href="1" href="2"/>', { attributes }), { '@href': '2' })
  assert.deepEqual(read('<r xmlns:q="urn:q" q:href="1"/>', { attributes }), { '@href': '1' })
})

test('declarations of namespaces and xsi attributes are never kept', () => {
  const text = '<r xmlns="urn:a" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t" type="u"/>'
  assert.deepEqual(read(text, { attributes: ['xmlns', 'xsi', 'type'] }), { '@type': 'u' })
})

test('line ends and tabs of an attribute are spaces unless they are written as references', () => {
  assert.deepEqual(read('<r a="1\n2\t3&#10;4"/>', { attributes: ['a'] }), { '@a': '1 2 3\n4' })
})

test('names of a namespace carry the prefix that the configuration gives it, whatever the sender calls it', () => {
  assert.deepEqual(read('<x:r xmlns:x="urn:m"><x:a>1</x:a><b/></x:r>', { namespaces: { m: 'urn:m' }, accepts: 'm:r' }), {
    'm:a': '1',
    b: '',
  })
  assert.deepEqual(read('<r xmlns="urn:m"><a>1</a></r>', { namespaces: { m: 'urn:m' }, lists: ['m:a'] }), { 'm:a': ['1'] })
})

test('`lists` names what is always a list', () => {
  assert.deepEqual(read('<r><entry>1</entry></r>', { lists: ['entry'] }), { entry: ['1'] })
  assert.deepEqual(read('<r><entry/><entry/></r>', { lists: ['entry'] }), { entry: ['', ''] })
  assert.deepEqual(read('<r/>', { lists: ['entry'] }), {})
})

test('`accepts` refuses another document element, without its name', () => {
  assert.deepEqual(read('<feed/>', { accepts: 'feed' }), {})
  assert.throws(() => read('<secret/>', { accepts: 'feed' }), {
    code: 'MALFORMED',
    message: 'reading the body as XML: the document element is not feed',
  })
})

const broken = [
  { text: 'x', says: 'text data outside of root node at line 1 column 1' },
  { text: '<r/><r/>', says: 'documents may contain only one root at line 1 column 7' },
  { text: '<r>\n<b>\n</c></r>', says: 'unexpected close tag at line 3 column 4' },
  { text: '<r><b></r>', says: 'unexpected close tag at line 1 column 10' },
  { text: '<r>', says: 'unclosed tag at line 1 column 3' },
  { text: '<r a="1" a="2"/>', says: 'duplicate attribute at line 1 column 16' },
  { text: '<r xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"/>', says: 'duplicate attribute at line 1 column 44' },
  { text: '<p:r/>', says: 'unbound namespace prefix at line 1 column 6' },
  { text: '<r>&secret;</r>', says: 'undefined entity at line 1 column 11' },
  { text: '<r>&#0;</r>', says: 'malformed character entity at line 1 column 7' },
  { text: '<r>\u0001</r>', says: 'disallowed character at line 1 column 4' },
  { text: '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', says: 'any DOCTYPE is refused at line 1 column 30' },
  { text: '<!DOCTYPE r><r/>', says: 'any DOCTYPE is refused at line 1 column 12' },
  { text: '<!-- only -->', says: 'document must contain a root element at line 1 column 13' },
]
for (const { text, says } of broken)
  test(`what is not well-formed is MALFORMED, with its place and none of its content: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => read(text),
      (error: SluiceError) => {
        assert.deepEqual([error.code, error.message, error.cause], ['MALFORMED', `reading the body as XML: ${says}`, undefined])
        return true
      },
    )
  })

test('64 levels, 64 attributes of an element, and 100,000 elements and attributes are read; one more is MALFORMED', () => {
  const nested = (levels: number): string => '<a>'.repeat(levels) + '</a>'.repeat(levels)
  const wide = (attributes: number): string => `<r ${Array.from({ length: attributes }, (_, index) => `a${index}="1"`).join(' ')}/>`
  const long = (elements: number): string => `<r x="1">${'<a/>'.repeat(elements - 2)}</r>`
  for (const text of [nested(64), wide(64), long(100_000)]) assert.doesNotThrow(() => read(text))
  for (const text of [nested(65), wide(65), long(100_001)])
    assert.throws(() => read(text), { code: 'MALFORMED', message: /deeper than 64|more than/ })
})

test('parseXml gives the tree with names, namespaces, attributes and text, for protocols in XML', () => {
  const root = parseXml('<s:Envelope xmlns:s="urn:s"><s:Body s:id="1">x</s:Body></s:Envelope>')
  assert.deepEqual([root.name, root.prefix, root.uri], ['Envelope', 's', 'urn:s'])
  assert.deepEqual(root.children, [
    {
      name: 'Body',
      prefix: 's',
      uri: 'urn:s',
      attributes: [{ name: 'id', prefix: 's', uri: 'urn:s', value: '1' }],
      children: [],
      text: 'x',
    },
  ])
})
