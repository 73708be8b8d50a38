import { unwritable } from './unwritable.ts'

/** Text of an element. Carriage returns are escaped, or a reader would make line feeds of them. Throws for what XML 1.0 cannot say. */
export const escapeText = (text: string): string => (needsCare.test(text) ? checked(text).replace(/[&<>\r]/g, reference) : text)

/** The value of an attribute in double quotes. Tabs and line ends are escaped, or a reader would make spaces of them. */
export const escapeAttribute = (text: string): string =>
  attributeNeedsCare.test(text) ? checked(text).replace(/[&<>"\r\n\t]/g, reference) : text

/** `NCName`, or `prefix:NCName`, of Namespaces in XML 1.0. */
export const isQualifiedName = (name: string): boolean => qualifiedName.test(name)

const start =
  'A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}'
const part = `[${start}][${start}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*`
const qualifiedName = new RegExp(`^${part}(?::${part})?$`, 'u')

/** Markup, carriage returns, control characters, surrogates (paired or not), U+FFFE and U+FFFF. */
const needsCare = /[^\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd]/
const attributeNeedsCare = /[^\x20\x21\x23-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd]/

function checked(text: string): string {
  if (/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw unwritable('XML', 'a text holds a character that XML does not have')
  return text
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}
const reference = (character: string): string => references[character] ?? character
