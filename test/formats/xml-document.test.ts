import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildDocument } from '../../engine/formats/xml-document.ts'
import { parseXml } from '../../engine/formats/xml-reader.ts'

test('a document is written indented, in the order given, undefined parts left out', () => {
  const document = buildDocument({
    name: 'w:definitions',
    attributes: { 'xmlns:w': 'urn:w', name: 'true', open: true, none: undefined },
    children: [{ name: 'w:part', attributes: { no: 1 } }, undefined, { name: 'w:text', text: 'a <b> & c' }, { name: 'w:part', text: '' }],
  })
  assert.equal(
    document,
    '<?xml version="1.0" encoding="UTF-8"?>\n<w:definitions xmlns:w="urn:w" name="true" open="true">\n  <w:part no="1"/>\n  <w:text>a &lt;b&gt; &amp; c</w:text>\n  <w:part/>\n</w:definitions>\n',
  )
})

test('texts and attributes come back as they were, line ends and quotes too', () => {
  const value = 'a\n\t\r"\'<&>]]> />'
  const root = parseXml(buildDocument({ name: 'r', attributes: { a: value }, children: [{ name: 't', text: value }] }))
  assert.equal(root.attributes[0]?.value, value)
  assert.equal(root.children[0]?.text, value)
})

const refused = [
  { says: 'a wrong name', node: { name: 'a b' } },
  { says: 'a wrong attribute', node: { name: 'a', attributes: { 'b c': 1 } } },
  { says: 'a control character', node: { name: 'a', text: '\u0000' } },
  { says: 'a control character in an attribute', node: { name: 'a', attributes: { b: '\u0008' } } },
  { says: 'a text beside elements', node: { name: 'a', text: 'x', children: [{ name: 'b' }] } },
]
for (const { says, node } of refused)
  test(`a document is refused as a whole: ${says}`, () => assert.throws(() => buildDocument(node), { code: 'INTERNAL' }))
