import { defineFormat } from '../core/component.ts'
import type { FormFormat } from '../core/config.gen.ts'
import type { Body, Json } from '../core/message.ts'
import { decodeText } from './charset.ts'
import { maxNodes } from './limits.ts'
import { malformed } from './malformed.ts'
import { setOwn } from './own-property.ts'
import { noBytes, refuseBytes, unwritable } from './unwritable.ts'

/** A form (application/x-www-form-urlencoded): an object of texts, a repeated name is a list. Nothing and null are left out when writing. */
export default defineFormat<FormFormat>({
  mediaTypes: ['application/x-www-form-urlencoded'],
  create: () => ({
    decode: (bytes, contentType) => (bytes.length === 0 ? undefined : parse(decodeText(bytes, contentType, 'form'))),
    encode: value => ({
      bytes: value === undefined ? noBytes() : Buffer.from(write(value)),
      contentType: 'application/x-www-form-urlencoded',
    }),
  }),
})

function parse(text: string): Json {
  const fields: Record<string, string | string[]> = {}
  let offset = 0
  let count = 0
  for (const pair of text.split('&')) {
    const at = offset
    offset += pair.length + 1
    if (pair === '') continue
    if (++count > maxNodes) throw malformed('form', `more than ${maxNodes} fields`)
    const equals = pair.indexOf('=')
    const name = decodePart(equals === -1 ? pair : pair.slice(0, equals), text, at)
    const value = equals === -1 ? '' : decodePart(pair.slice(equals + 1), text, at + equals + 1)
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (Array.isArray(known)) known.push(value)
    else setOwn(fields, name, known === undefined ? value : [known, value])
  }
  return fields
}

function decodePart(part: string, text: string, offset: number): string {
  try {
    return decodeURIComponent(part.includes('+') ? part.replaceAll('+', ' ') : part)
  } catch {
    throw malformed('form', 'a percent escape that is not one of UTF-8, in the name or value', { text, offset })
  }
}

function write(value: Body): string {
  refuseBytes('form', value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unwritable('form', 'only an object is a form')
  const pairs: string[] = []
  for (const [name, field] of Object.entries(value))
    for (const item of Array.isArray(field) ? field : [field])
      if (item !== null && item !== undefined) pairs.push(`${encodePart(name)}=${encodePart(item)}`)
  return pairs.join('&')
}

function encodePart(value: Json): string {
  if (typeof value === 'object') throw unwritable('form', 'a field is an object or a list of lists')
  const text = String(value)
  if (!text.isWellFormed()) throw unwritable('form', 'a text holds half a character (a lone surrogate)')
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
