import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLenient } from '../../engine/formats/xml-lenient.ts'
import { parseXml } from '../../engine/formats/xml-reader.ts'
import { createXmlMapping } from '../../engine/formats/xml-value.ts'

// Names that the other parser refuses (`constructor`) are tested elsewhere; it also keeps line ends inside attributes.
const name = fc.constantFrom('a', 'b', 'item', 'é-1', '_x.y', 'm:a', 'n:b', 'toString')
const characters = fc.string({
  unit: fc.constantFrom(
    'x',
    ' ',
    '\n',
    '\r\n',
    '\t',
    'é',
    '😀',
    '&lt;',
    '&amp;',
    '&quot;',
    '&#65;',
    '&#x1F600;',
    '&amp;lt;',
    '"',
    "'",
    '>',
  ),
  maxLength: 6,
})
const attributeText = fc.string({
  unit: fc.constantFrom('x', ' ', 'é', '&lt;', '&amp;', '&quot;', '&#65;', '&#10;', "'", '>'),
  maxLength: 5,
})
const piece = fc.oneof(
  characters,
  characters.map(text => `<![CDATA[${text.replaceAll(']', '')}]]>`),
  fc.constantFrom('<!-- a <b> & c -->', '<?pi x="1"?>', '<!---->', '\n  '),
)
const attributes = fc.dictionary(fc.constantFrom('href', 'id', 'm:href', 'xml:lang', 'xsi:nil'), attributeText, { maxKeys: 3 }).map(map =>
  Object.entries(map)
    .map(([key, value]) => ` ${key}="${key === 'xsi:nil' ? 'true' : value}"`)
    .join(''),
)
const { element } = fc.letrec<{ element: string }>(tie => ({
  element: fc
    .tuple(name, attributes, fc.array(fc.oneof({ maxDepth: 4 }, piece, tie('element')), { maxLength: 5 }))
    .map(([tag, given, content]) => (content.length === 0 ? `<${tag}${given}/>` : `<${tag}${given} >${content.join('')}</${tag}>`)),
}))
const namespaces = 'xmlns:m="urn:m" xmlns:n="urn:n" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const document = fc
  .tuple(
    fc.constantFrom('', '<?xml version="1.0" encoding="UTF-8"?>', '<!-- c -->\n'),
    fc.array(fc.oneof(piece, element), { maxLength: 6 }),
    fc.constantFrom('', 'xmlns="urn:d"'),
  )
  .map(([before, content, standard]) => `${before}<root ${namespaces} ${standard}>${content.join('')}</root>\n`)

for (const options of [{}, { attributes: ['href', 'id', 'lang'], namespaces: { p: 'urn:m', d: 'urn:d' }, lists: ['item', 'p:a'] }])
  test(`the strict and the lenient reader give the same value for every well-formed document ${JSON.stringify(options)}`, () => {
    const { toValue } = createXmlMapping(options)
    fc.assert(
      fc.property(document, text => assert.deepEqual(toValue(parseLenient(text)), toValue(parseXml(text)))),
      { seed: 4, numRuns: 1500 },
    )
  })
