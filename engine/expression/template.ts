/** Literal text, `$${{` already written as `${{`; or the source of one expression without the white space around it. Offsets count UTF-16 units of the scalar. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number }

export type Scanned =
  | { readonly parts: readonly TemplatePart[] }
  | { readonly error: { readonly message: string; readonly hint: string; readonly offset: number } }

/**
 * Splits a scalar into text and `${{ }}`. An expression ends at the first `}}` outside quotes, regular expressions, comments and brackets.
 * White space around one whole `${{ }}` does not count: then the expression is the only part. Never throws.
 */
export function scan(text: string): Scanned {
  const parts: TemplatePart[] = []
  let literal = ''
  let start = 0
  let at = 0
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal, offset: start })
    literal = ''
  }
  while (at < text.length) {
    const opening = text.indexOf('${{', at)
    if (opening < 0) break
    if (opening > at && text[opening - 1] === '$') {
      literal += `${text.slice(at, opening - 1)}\${{`
      at = opening + 3
      continue
    }
    literal += text.slice(at, opening)
    flush()
    const end = findEnd(text, opening + 3)
    if (typeof end !== 'number') return { error: end }
    const raw = text.slice(opening + 3, end)
    const source = raw.trim()
    if (source === '')
      return { error: { message: 'an expression is empty', hint: 'write what it gives between the braces', offset: opening } }
    parts.push({ kind: 'expression', source, offset: opening + 3 + raw.indexOf(source) })
    at = end + 2
    start = at
  }
  literal += text.slice(at)
  flush()
  return { parts: withoutBlanksAround(parts) }
}

interface Fault {
  readonly message: string
  readonly hint: string
  readonly offset: number
}

const openers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const wordCharacter = /[^\s.[\]{}(),@#;:?+\-*/%|=<>^&!~'"`]/u

function withoutBlanksAround(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  const expressions = parts.filter(part => part.kind === 'expression')
  const blank = parts.every(part => part.kind === 'expression' || part.text.trim() === '')
  return expressions.length === 1 && blank ? expressions : parts
}

/** The offset of the `}}` that ends the expression starting at `from`. */
function findEnd(text: string, from: number): number | Fault {
  const brackets: string[] = []
  let operand = false
  let at = from
  while (at < text.length) {
    const character = text.charAt(at)
    // a round or square bracket left open cannot hide the end: no legal expression has }} in one without a {
    if (character === '}' && text[at + 1] === '}' && !brackets.includes('}')) return at
    if (isBlank(character)) {
      at += 1
      continue
    }
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2)
      if (end < 0) return { message: 'a comment in the expression never closes', hint: 'write */ at its end', offset: at }
      at = end + 2
      continue
    }
    const next = passToken(text, at, operand)
    if (typeof next !== 'number') return next
    const closing = openers[character]
    if (closing !== undefined) brackets.push(closing)
    if (character === ')' || character === ']' || character === '}') closeBracket(brackets, character)
    operand = isOperand(text.slice(at, next), operand)
    at = next
  }
  return { message: '${{ never closes', hint: 'write }} at the end of the expression, or $${{ for the text itself', offset: from - 3 }
}

/** The offset after the token at `at`. */
function passToken(text: string, at: number, operand: boolean): number | Fault {
  const character = text.charAt(at)
  if (character === "'" || character === '"' || character === '`') return passQuoted(text, at, character)
  if (character === '/' && !operand) return passRegex(text, at)
  if (!wordCharacter.test(character)) return at + 1
  let end = at + 1
  while (end < text.length && wordCharacter.test(text.charAt(end))) end += 1
  return end
}

function passQuoted(text: string, at: number, quote: string): number | Fault {
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === quote) return index + 1
    if (text[index] === '\\' && quote !== '`') index += 1
  }
  return { message: 'a quote in the expression never closes', hint: `write ${quote} at the end of the text`, offset: at }
}

/** As JSONata reads it: a slash inside brackets does not close, and a bracket straight after any backslash is no bracket. */
function passRegex(text: string, at: number): number | Fault {
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

/** What the bracket leaves open inside it is the parser's to report. */
function closeBracket(brackets: string[], character: string): void {
  const opened = brackets.lastIndexOf(character)
  if (opened >= 0) brackets.length = opened
}

/** After an operand a slash divides; `and or in * %` are operators there and names where an operand is due. */
function isOperand(token: string, operand: boolean): boolean {
  if (token === 'and' || token === 'or' || token === 'in' || token === '*' || token === '%') return !operand
  return token.length > 1 || wordCharacter.test(token) || token === ')' || token === ']' || token === '}'
}

const isBlank = (character: string): boolean => ' \t\n\r\v'.includes(character)
