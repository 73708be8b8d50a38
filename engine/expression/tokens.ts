/** One token of JSONata as far as its end matters: nothing is understood here but quotes, regular expressions, comments and words. */
export interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface TokenFault {
  readonly message: string
  readonly hint: string
  readonly offset: number
}

/** Reads tokens one after the other; whether a slash divides depends on what stood before it. */
export interface Tokens {
  /** `undefined` at the end of the text. Blanks and comments are passed over; with `stop`, the offset to stand at when it was found is `at`. */
  next(stop?: (at: number) => boolean): Token | TokenFault | undefined
  readonly at: number
}

/** Starts reading at `from`. */
export function tokenize(text: string, from = 0): Tokens {
  let at = from
  let operand = false
  return {
    get at() {
      return at
    },
    next(stop) {
      for (;;) {
        if (at >= text.length || stop?.(at) === true) return undefined
        if (isBlank(text.charAt(at))) at += 1
        else if (text.startsWith('/*', at)) {
          const end = text.indexOf('*/', at + 2)
          if (end < 0) return { message: 'a comment in the expression never closes', hint: 'write */ at its end', offset: at }
          at = end + 2
        } else break
      }
      const start = at
      const end = passToken(text, start, operand)
      if (typeof end !== 'number') return end
      const token = { text: text.slice(start, end), start, end }
      operand = isOperand(token.text, operand)
      at = end
      return token
    },
  }
}

export const isFault = (token: Token | TokenFault): token is TokenFault => 'message' in token

const wordCharacter = /[^\s.[\]{}(),@#;:?+\-*/%|=<>^&!~'"`]/u
const pairs = new Set(['??', '?:', ':=', '~>', '..', '**', '!=', '<=', '>='])

/** The offset after the token at `at`. */
function passToken(text: string, at: number, operand: boolean): number | TokenFault {
  const character = text.charAt(at)
  if (character === "'" || character === '"' || character === '`') return passQuoted(text, at, character)
  if (character === '/' && !operand) return passRegex(text, at)
  if (pairs.has(text.slice(at, at + 2))) return at + 2
  if (!wordCharacter.test(character)) return at + 1
  let end = at + 1
  while (end < text.length && wordCharacter.test(text.charAt(end))) end += 1
  return end
}

function passQuoted(text: string, at: number, quote: string): number | TokenFault {
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === quote) return index + 1
    if (text[index] === '\\' && quote !== '`') index += 1
  }
  return { message: 'a quote in the expression never closes', hint: `write ${quote} at the end of the text`, offset: at }
}

/** As JSONata reads it: a slash inside brackets does not close, and a bracket straight after any backslash is no bracket. */
function passRegex(text: string, at: number): number | TokenFault {
  let depth = 0
  let escaped = false
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (character === '/' && depth === 0 && !escaped) return index + 1
    if (text[index - 1] !== '\\' && '([{'.includes(character)) depth += 1
    if (text[index - 1] !== '\\' && ')]}'.includes(character)) depth -= 1
    escaped = character === '\\' && !escaped
  }
  return { message: 'a regular expression never closes', hint: 'write / at its end, and \\/ for a slash in it', offset: at }
}

/** After an operand a slash divides; `and or in * %` are operators there and names where an operand is due. */
function isOperand(token: string, operand: boolean): boolean {
  if (token === 'and' || token === 'or' || token === 'in' || token === '*' || token === '%') return !operand
  if (pairs.has(token)) return token === '**'
  return token.length > 1 || wordCharacter.test(token) || token === ')' || token === ']' || token === '}'
}

const isBlank = (character: string): boolean => ' \t\n\r\v'.includes(character)
