import { isFault, type TokenFault, tokenize } from './tokens.ts'

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

const closers: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])

function withoutBlanksAround(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  const expressions = parts.filter(part => part.kind === 'expression')
  const blank = parts.every(part => part.kind === 'expression' || part.text.trim() === '')
  return expressions.length === 1 && blank ? expressions : parts
}

/** The offset of the `}}` that ends the expression starting at `from`. */
function findEnd(text: string, from: number): number | TokenFault {
  const brackets: string[] = []
  const tokens = tokenize(text, from)
  // a round or square bracket left open cannot hide the end: no legal expression has }} in one without a {
  const atEnd = (at: number): boolean => text.startsWith('}}', at) && !brackets.includes('}')
  for (;;) {
    const token = tokens.next(atEnd)
    if (token === undefined && tokens.at < text.length) return tokens.at
    if (token === undefined)
      return { message: '${{ never closes', hint: 'write }} at the end of the expression, or $${{ for the text itself', offset: from - 3 }
    if (isFault(token)) return token
    const closing = closers.get(token.text)
    if (closing !== undefined) brackets.push(closing)
    else closeBracket(brackets, token.text)
  }
}

/** What the bracket leaves open inside it is the parser's to report. */
function closeBracket(brackets: string[], token: string): void {
  const opened = brackets.lastIndexOf(token)
  if (opened >= 0) brackets.length = opened
}
