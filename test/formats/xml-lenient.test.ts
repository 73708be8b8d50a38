import assert from 'node:assert/strict'
import { test } from 'node:test'
import xml from '../../engine/formats/xml.ts'

const format = xml.create({ root: 'response', attributes: ['a'], namespaces: {}, lists: [], lenient: true, coerce: true })
const read = (text: string): unknown => format.decode(Buffer.from(text), 'text/xml')

const cases = [
  { says: 'a document element that is never closed', text: '<r><a>1</a><b>2</b>', value: { a: '1', b: '2' } },
  { says: 'an element that another one closes', text: '<r><a>1<b>2</b></r>', value: { a: { b: '2', '#text': '1' } } },
  { says: 'a bare ampersand', text: '<r><a>x & y</a></r>', value: { a: 'x & y' } },
  { says: 'an entity that nobody declared', text: '<r><a>&foo;&nbsp;</a></r>', value: { a: '&foo;\u00a0' } },
  { says: 'a prefix that nobody declared', text: '<p:r><p:a>1</p:a></p:r>', value: { a: '1' } },
  { says: 'a control character', text: '<r><a>\u0001</a></r>', value: { a: '\u0001' } },
  { says: 'text around the document element', text: 'x<r><a>1</a></r>y', value: { a: '1' } },
  { says: 'a second document element', text: '<r><a>1</a></r><r/>', value: { a: '1' } },
  {
    says: 'a word of a DOCTYPE in a comment and in CDATA',
    text: '<!-- <!DOCTYPE x> --><r><a><![CDATA[<!doctype y>]]></a></r>',
    value: { a: '<!doctype y>' },
  },
]
for (const { says, text, value } of cases) test(`\`lenient: true\` reads broken XML: ${says}`, () => assert.deepEqual(read(text), value))

const refused = [
  { says: 'a DOCTYPE', text: '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', message: /any DOCTYPE is refused$/ },
  { says: 'a DOCTYPE in small letters', text: '<!doctype r><r/>', message: /any DOCTYPE is refused$/ },
  { says: 'no element', text: 'no xml at all', message: /no document element$/ },
  { says: 'more than 64 levels', text: '<a>'.repeat(65), message: /64 levels$/ },
  { says: 'more than 100,000 elements', text: `<r>${'<a/>'.repeat(100_000)}</r>`, message: /more than 100000 elements and attributes$/ },
]
for (const { says, text, message } of refused)
  test(`what even a lenient reader refuses is MALFORMED: ${says}`, () => assert.throws(() => read(text), { code: 'MALFORMED', message }))
