import type { Json } from '../../core/message.ts'
import { decodeText } from '../../formats/charset.ts'
import { findExcess } from '../../formats/json-scan.ts'
import type { HttpAnswer } from '../../kit/http-exchange.ts'

/** What a refusal says, for `$error.body`: JSON where it is JSON, else text, of `longest` bytes at most; undefined for bytes and for nothing. Never throws. */
export function readAnswer({ headers, body, truncated }: HttpAnswer): Json | undefined {
  const type = String(headers['content-type'] ?? 'text/plain').toLowerCase()
  const json = /^[^;]*\bjson\b/.test(type)
  if (body.length === 0 || !(json || /^text\/|^[^;]*\b(xml|x-www-form-urlencoded)\b/.test(type))) return undefined
  const whole = !truncated && body.length <= longest
  const text = decode(whole ? body : body.subarray(0, longest), type)
  return json && whole && text !== undefined ? parse(text) : text
}

const longest = 64 * 1024

function decode(bytes: Uint8Array, type: string): string | undefined {
  try {
    return decodeText(bytes, type, 'text')
  } catch {
    // Cut in the middle of a character, or not in the charset that it says.
    return new TextDecoder().decode(bytes)
  }
}

function parse(text: string): Json {
  if (findExcess(text, { numbers: false }) !== undefined) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
