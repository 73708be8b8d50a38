import { defineFormat } from '../core/component.ts'
import type { JsonFormat } from '../core/config.gen.ts'
import { SluiceError } from '../core/errors.ts'
import type { Body } from '../core/message.ts'
import { decodeText } from './charset.ts'
import { findFault } from './json-fault.ts'
import { findExcess } from './json-scan.ts'
import { maxDepth, maxNodes } from './limits.ts'
import { malformed } from './malformed.ts'
import { noBytes, refuseBytes, unwritable } from './unwritable.ts'

/** JSON (RFC 8259). At most 64 levels and 100,000 values; a number that cannot be held exactly is NUMBER_PRECISION unless `numbers: text` keeps it as written. */
export default defineFormat<JsonFormat>({
  mediaTypes: ['application/json', 'text/json', '+json'],
  create: ({ numbers }) => ({
    decode: (bytes, contentType) => (bytes.length === 0 ? undefined : parse(decodeText(bytes, contentType, 'JSON'), numbers === 'text')),
    encode: value => ({ bytes: value === undefined ? noBytes() : Buffer.from(stringify(value)), contentType: 'application/json' }),
  }),
})

function parse(text: string, exactText: boolean): Body {
  const excess = findExcess(text, { numbers: !exactText })
  if (excess?.kind === 'depth') throw malformed('JSON', `nested deeper than ${maxDepth} levels`, { text, offset: excess.offset })
  if (excess?.kind === 'nodes') throw malformed('JSON', `more than ${maxNodes} values`)
  const value = read(text, exactText)
  if (excess !== undefined) throw inexact(text, excess.offset)
  return value
}

function read(text: string, exactText: boolean): Body {
  try {
    return exactText ? JSON.parse(text, keepSource) : JSON.parse(text)
  } catch {
    const { fault, offset } = findFault(text)
    throw malformed('JSON', fault, { text, offset })
  }
}

const keepSource = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? context?.source : value

function inexact(text: string, offset: number): SluiceError {
  const { message } = malformed('JSON', 'a number that cannot be held exactly', { text, offset })
  return new SluiceError('NUMBER_PRECISION', message)
}

function stringify(value: Body): string {
  refuseBytes('JSON', value)
  const text = attempt(value)
  // JSON.stringify makes these of a file and of bytes, without a word. Hardly any text holds them, and only such a value is walked.
  if ((text.includes('{}') || text.includes('{"0":') || text.includes('Buffer"')) && holdsBytes(value))
    throw unwritable('JSON', 'a file or bytes inside the value, which JSON cannot say')
  return text
}

function attempt(value: Body): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw unwritable('JSON', 'the value is nested too deeply, or in itself')
  }
}

function holdsBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return value instanceof Uint8Array || value instanceof Blob || Object.values(value).some(holdsBytes)
}
