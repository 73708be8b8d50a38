import { createHash, createHmac } from 'node:crypto'
import type { Run } from '../budget.ts'
import { Fault } from '../errors.ts'
import type { Builtin } from './builtin.ts'

export const encodeFunctions: readonly Builtin[] = [
  { name: 'base64encode', signature: '<s-:s>', arity: 1, call: (run, text: Text) => recode(run, text, 'latin1', 'base64') },
  { name: 'base64decode', signature: '<s-:s>', arity: 1, call: (run, text: Text) => recode(run, text, 'base64', 'latin1') },
  { name: 'base64url', signature: '<s-:s>', arity: 1, call: (run, text: Text) => recode(run, text, 'utf8', 'base64url') },
  { name: 'encodeUrlComponent', signature: '<s-:s>', arity: 1, call: url('encodeUrlComponent', encodeURIComponent) },
  { name: 'encodeUrl', signature: '<s-:s>', arity: 1, call: url('encodeUrl', encodeURI) },
  { name: 'decodeUrlComponent', signature: '<s-:s>', arity: 1, call: url('decodeUrlComponent', decodeURIComponent) },
  { name: 'decodeUrl', signature: '<s-:s>', arity: 1, call: url('decodeUrl', decodeURI) },
  { name: 'hash', signature: '<s-s?s?:s>', arity: 3, call: hash },
  { name: 'hmac', signature: '<sss?s?:s>', arity: 4, call: hmac },
  { name: 'jsonParse', signature: '<s-:x>', arity: 1, call: parse },
  { name: 'uuid', signature: '<:s>', arity: 0, clock: true, call: (run: Run) => run.ambient.uuid() },
]

type Text = string | undefined

const algorithms = new Set(['sha256', 'sha384', 'sha512', 'sha1', 'md5'])

function recode(run: Run, text: Text, from: BufferEncoding, to: BufferEncoding): Text {
  if (text === undefined) return undefined
  run.text(text.length * 4)
  return Buffer.from(text, from).toString(to)
}

function url(name: string, change: (text: string) => string): (run: Run, text: Text) => Text {
  return (run, text) => {
    if (text === undefined) return undefined
    // a character may become nine
    run.text(text.length)
    run.allocate(text.length * 9)
    try {
      return change(text)
    } catch {
      throw new Fault('D3140', { token: name })
    }
  }
}

/** Of the text's UTF-8; sha256 and hexadecimal unless said. */
function hash(run: Run, text: Text, algorithm: Text, encoding: Text): Text {
  if (text === undefined) return undefined
  run.text(text.length * 4)
  return createHash(allowed(algorithm, 'hash')).update(text, 'utf8').digest(digestEncoding(encoding, 'hash'))
}

function hmac(run: Run, text: Text, key: Text, algorithm: Text, encoding: Text): Text {
  if (text === undefined || key === undefined) return undefined
  run.text(text.length * 4 + key.length)
  return createHmac(allowed(algorithm, 'hmac'), key).update(text, 'utf8').digest(digestEncoding(encoding, 'hmac'))
}

function allowed(algorithm: Text, name: string): string {
  const known = algorithm ?? 'sha256'
  if (!algorithms.has(known)) throw new Fault('U1010', { token: `the second or third argument of $${name}` })
  return known
}

function digestEncoding(encoding: Text, name: string): 'hex' | 'base64' | 'base64url' {
  if (encoding === undefined || encoding === 'hex') return 'hex'
  if (encoding === 'base64' || encoding === 'base64url') return encoding
  throw new Fault('U1016', { token: `$${name}` })
}

function parse(run: Run, text: Text): unknown {
  if (text === undefined) return undefined
  // a value in memory is several times its text
  run.text(text.length)
  run.allocate(text.length * 8)
  run.charge(text.length)
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    throw new Fault('U1014', { token: '$jsonParse' })
  }
}
