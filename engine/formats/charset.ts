import { isUtf8 } from 'node:buffer'
import { SluiceError } from '../core/errors.ts'
import { malformed } from './malformed.ts'

/**
 * Decodes the text of a body. The charset is the first of: the byte order mark, the `charset` of the content type, what the document itself
 * declares (`declared`), UTF-8. Bytes that the charset does not have, and charsets that are not known, are MALFORMED.
 */
export function decodeText(
  bytes: Uint8Array,
  contentType: string | undefined,
  format: string,
  declared?: (bytes: Uint8Array) => string | undefined,
): string {
  const charset = markOf(bytes) ?? charsetOf(contentType) ?? declared?.(bytes) ?? 'utf-8'
  if (charset === 'utf-8' || charset === 'utf8') return decodeUtf8(bytes, format)
  if (charset === 'iso-8859-1' || charset === 'latin1') return bufferOf(bytes).toString('latin1')
  if (charset === 'us-ascii' || charset === 'ascii') return decodeAscii(bytes, format)
  const decoder = decoderOf(charset)
  if (decoder === undefined) throw unknownCharset(format)
  try {
    return decoder.decode(bytes)
  } catch {
    throw malformed(format, `bytes that are not ${charset}`)
  }
}

/** The `charset` parameter of a content type, in lower case. */
function charsetOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !contentType.includes(';')) return undefined
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase()
}

function decodeUtf8(bytes: Uint8Array, format: string): string {
  const text = bufferOf(bytes).toString('utf8', bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)
  // Wrong bytes become U+FFFD, which a right text may hold too.
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw malformed(format, 'bytes that are not utf-8')
  return text
}

type Decoder = InstanceType<typeof TextDecoder>

function markOf(bytes: Uint8Array): string | undefined {
  const first = bytes[0]
  if (first === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (first === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (first === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return undefined
}

function decoderOf(charset: string): Decoder | undefined {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    return undefined
  }
}

function decodeAscii(bytes: Uint8Array, format: string): string {
  const offset = bytes.findIndex(byte => byte > 0x7f)
  if (offset !== -1) throw malformed(format, `a byte that is not us-ascii at offset ${offset}`)
  return bufferOf(bytes).toString('latin1')
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const unknownCharset = (format: string): SluiceError =>
  new SluiceError('MALFORMED', `reading the body as ${format}: the charset is not known here`, { status: 415 })
