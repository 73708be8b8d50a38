/** Why a text is not JSON, and where, without a word of it. */
export interface JsonFault {
  readonly fault: string
  readonly offset: number
}

/** Finds the first fault of a text that JSON.parse refused; its own messages quote the body, and half of them say no place. */
export function findFault(text: string): JsonFault {
  const open: string[] = []
  let wanted: Wanted = 'value'
  let at = 0
  for (;;) {
    at = skipBlanks(text, at)
    const character = text[at]
    if (character === undefined) return { fault: 'unexpected end', offset: text.length }
    const key: boolean = wanted === 'key' || wanted === 'firstKey'
    const value: boolean = wanted === 'value' || wanted === 'first'
    if (character === '"' && (key || value)) {
      const string = readString(text, at)
      if (typeof string !== 'number') return string
      at = string
      wanted = key ? 'colon' : 'comma'
    } else if ((character === '{' || character === '[') && value) {
      open.push(character)
      wanted = character === '{' ? 'firstKey' : 'first'
      at++
    } else if (closes(character, open.at(-1), wanted)) {
      open.pop()
      wanted = 'comma'
      at++
    } else if (character === ':' && wanted === 'colon') {
      wanted = 'value'
      at++
    } else if (character === ',' && wanted === 'comma' && open.length > 0) {
      wanted = open.at(-1) === '{' ? 'key' : 'value'
      at++
    } else if (value) {
      const end = endOfScalar(text, at)
      if (end === at) return { fault: 'unexpected token', offset: at }
      at = end
      wanted = 'comma'
    } else return { fault: 'unexpected token', offset: at }
  }
}

type Wanted = 'value' | 'first' | 'key' | 'firstKey' | 'colon' | 'comma'

const closes = (character: string, opened: string | undefined, wanted: Wanted): boolean =>
  (character === '}' && opened === '{' && (wanted === 'comma' || wanted === 'firstKey')) ||
  (character === ']' && opened === '[' && (wanted === 'comma' || wanted === 'first'))

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
  return at
}

function readString(text: string, open: number): number | JsonFault {
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') return at + 1
    if (character < ' ') return { fault: 'a control character in a string', offset: at }
    if (character !== '\\') continue
    const escaped = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))
    if (escaped === null) return { fault: 'a wrong escape in a string', offset: at }
    at += escaped[0].length
  }
  return { fault: 'an unclosed string', offset: open }
}

function endOfScalar(text: string, start: number): number {
  const scalar = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y
  scalar.lastIndex = start
  return scalar.test(text) ? scalar.lastIndex : start
}
