import type { Run } from '../budget.ts'
import { textOf } from '../text.ts'
import type { Builtin } from './builtin.ts'

export const stringFunctions: readonly Builtin[] = [
  {
    name: 'string',
    signature: '<x-b?:s>',
    arity: 1,
    call: (run, value: unknown, pretty: boolean | undefined) => textOf(run, value, pretty === true ? 2 : 0),
  },
  { name: 'length', signature: '<s-:n>', arity: 1, call: length },
  { name: 'substring', signature: '<s-nn?:s>', arity: 3, call: substring },
  { name: 'substringBefore', signature: '<s-s:s>', arity: 2, call: before },
  { name: 'substringAfter', signature: '<s-s:s>', arity: 2, call: after },
  { name: 'lowercase', signature: '<s-:s>', arity: 1, call: (run, text: Text) => paid(run, text)?.toLowerCase() },
  { name: 'uppercase', signature: '<s-:s>', arity: 1, call: (run, text: Text) => paid(run, text)?.toUpperCase() },
  { name: 'trim', signature: '<s-:s>', arity: 1, call: trim },
  { name: 'pad', signature: '<s-ns?:s>', arity: 3, call: pad },
  { name: 'join', signature: '<a<s>s?:s>', arity: 2, call: join },
]

type Text = string | undefined

/** The text, paid for: what is made of it is about as long. */
function paid(run: Run, text: Text): Text {
  if (text !== undefined) run.text(text.length)
  return text
}

function length(run: Run, text: Text): number | undefined {
  if (text === undefined) return undefined
  run.charge(text.length >> 4)
  return codePoints(text)
}

function codePoints(text: string): number {
  let count = text.length
  // a pair of surrogates is one code point
  for (let at = 0; at < text.length - 1; at += 1) if (isPair(text, at)) count -= 1
  return count
}

const isPair = (text: string, at: number): boolean => {
  const first = text.charCodeAt(at)
  if (first < 0xd800 || first > 0xdbff) return false
  const second = text.charCodeAt(at + 1)
  return second >= 0xdc00 && second <= 0xdfff
}

function substring(run: Run, text: Text, from: number | undefined, count: number | undefined): Text {
  if (text === undefined) return undefined
  run.text(text.length)
  const size = codePoints(text)
  const characters = size === text.length ? undefined : [...text]
  if (characters !== undefined) run.allocate(size * 8)
  const start = from !== undefined && size + from < 0 ? 0 : (from ?? 0)
  if (count !== undefined && count <= 0) return ''
  const end = count === undefined ? undefined : start >= 0 ? start + count : size + start + count
  return characters === undefined ? text.slice(start, end) : characters.slice(start, end).join('')
}

function before(run: Run, text: Text, mark: Text): Text {
  if (text === undefined || mark === undefined) return text
  run.charge(text.length >> 4)
  const at = text.indexOf(mark)
  return at < 0 ? text : text.slice(0, at)
}

function after(run: Run, text: Text, mark: Text): Text {
  if (text === undefined || mark === undefined) return text
  run.charge(text.length >> 4)
  const at = text.indexOf(mark)
  return at < 0 ? text : text.slice(at + mark.length)
}

function trim(run: Run, text: Text): Text {
  return paid(run, text)
    ?.replace(/[ \t\n\r]+/g, ' ')
    .replace(/^ | $/g, '')
}

function pad(run: Run, text: Text, width: number | undefined, filler: Text): Text {
  if (text === undefined) return undefined
  const wanted = Math.trunc(width ?? Number.NaN)
  const missing = Math.abs(wanted) - codePoints(text)
  if (!(missing > 0)) return text
  run.text(Math.abs(wanted))
  const unit = filler === undefined || filler === '' ? ' ' : filler
  const padding = fill(unit, missing)
  return wanted > 0 ? text + padding : padding + text
}

function fill(unit: string, size: number): string {
  const characters = [...unit]
  const whole = unit.repeat(Math.floor(size / characters.length))
  return whole + characters.slice(0, size % characters.length).join('')
}

function join(run: Run, texts: readonly string[] | undefined, separator: Text): Text {
  if (texts === undefined) return undefined
  run.charge(texts.length)
  let size = Math.max(0, texts.length - 1) * (separator?.length ?? 0)
  for (const text of texts) size += text.length
  run.text(size)
  return texts.join(separator ?? '')
}
