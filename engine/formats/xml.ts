import { defineFormat } from '../core/component.ts'
import type { XmlFormat } from '../core/config.gen.ts'
import type { Json } from '../core/message.ts'
import { decodeText } from './charset.ts'
import { malformed } from './malformed.ts'
import { noBytes, refuseBytes } from './unwritable.ts'
import { parseLenient } from './xml-lenient.ts'
import { declaredCharset, parseXml } from './xml-reader.ts'
import { createXmlMapping } from './xml-value.ts'
import { createXmlWriter } from './xml-writer.ts'

/** XML by names: see `XmlMapping` for reading and `XmlWriter` for writing. `accepts` refuses other document elements. */
export default defineFormat<XmlFormat>({
  mediaTypes: ['application/xml', 'text/xml', '+xml'],
  create: ({ accepts, root, lenient, ...options }) => {
    const { nameOf, toValue } = createXmlMapping(options)
    const writer = createXmlWriter(options.namespaces)
    const read = lenient ? parseLenient : parseXml
    const parse = (text: string): Json => {
      const element = read(text)
      if (accepts !== undefined && nameOf(element) !== accepts) throw malformed('XML', `the document element is not ${accepts}`)
      return toValue(element)
    }
    return {
      decode: (bytes, contentType) => (bytes.length === 0 ? undefined : parse(decodeText(bytes, contentType, 'XML', declaredCharset))),
      encode: value => {
        refuseBytes('XML', value)
        const bytes = value === undefined ? noBytes() : Buffer.from(`${declaration}${writer.element(root, value)}`)
        return { bytes, contentType: 'application/xml; charset=utf-8' }
      },
    }
  },
})

const declaration = '<?xml version="1.0" encoding="UTF-8"?>'
