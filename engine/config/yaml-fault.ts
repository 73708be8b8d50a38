interface Sentence {
  readonly message: string
  readonly hint: string
}

const unreadable: Sentence = {
  message: 'YAML cannot be read from here on',
  hint: 'look at the indentation, and at quotes and brackets that never close',
}

const behindQuote: Sentence = {
  message: 'text stands behind the quote that closes',
  hint: 'put the whole text in quotes, single ones where it holds double ones',
}

/** The parser's codes in the words of somebody who writes configuration; what was written is never repeated, it could be a password. */
const sentences: Readonly<Record<string, Sentence>> = {
  BAD_INDENT: { message: 'the indentation fits no block that is open here', hint: 'keys of one object start in the same column' },
  TAB_AS_INDENT: { message: 'a tab cannot indent', hint: 'write blanks' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ": " stands on one line',
    hint: 'put the text in quotes, or in a | block; or start a nested object on a line of its own',
  },
  MULTILINE_IMPLICIT_KEY: { message: 'this is no key: it has no ": "', hint: 'write key: value' },
  BAD_SCALAR_START: { message: 'a text cannot start with this character', hint: 'put the text in quotes' },
  MISSING_CHAR: { message: 'a bracket or a comma is missing', hint: 'close what was opened, and put a blank after ":" and "-"' },
  OPEN_MAP: { message: 'a "}" is missing before this line', hint: 'write "}" behind the object, or the object in block style' },
  OPEN_LIST: { message: 'a "]" is missing before this line', hint: 'write "]" behind the list, or the list in block style' },
  OPEN_QUOTE: { message: 'a quote never closes', hint: 'close it; two single quotes in a row are one inside single quotes' },
  BAD_DQ_ESCAPE: {
    message: 'this is no escape of a text in double quotes',
    hint: 'write \\\\ for a backslash, or put the text in single quotes',
  },
  MULTIPLE_DOCS: { message: 'a file holds one document', hint: 'put what follows "---" into a file of its own' },
  BAD_ALIAS: { message: 'an alias cannot be written so', hint: 'put the text in quotes' },
  BAD_PROP_ORDER: { message: 'an anchor stands in the wrong place', hint: 'write it straight before its value' },
  MULTIPLE_ANCHORS: { message: 'one value has two anchors', hint: 'keep one' },
  TOO_DEEP: { message: 'the document is nested too deeply', hint: 'at most 100 levels' },
  KEY_OVER_1024_CHARS: { message: 'a key is longer than 1024 characters', hint: 'close the quote of the key' },
}

/** What to say of a fault that the parser found at `offset`, and where: at what somebody who mends it has to look at. */
export function faultAt(code: string, offset: number, text: string): Sentence & { readonly offset: number } {
  const { message, hint } = (Object.hasOwn(sentences, code) ? sentences[code] : undefined) ?? unreadable
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const colon = text.slice(offset).search(/:(\s|$)/)
    return { message, hint, offset: colon < 0 ? offset : offset + colon }
  }
  if (code === 'BAD_INDENT') return { message, hint, offset: offset + text.slice(offset).search(/[^ ]|$/) }
  if (code === 'BAD_SCALAR_START') return { message: `a text cannot start with ${text[offset]}`, hint, offset }
  const quote = /["'] +$/.exec(text.slice(0, offset))
  if (code === 'UNEXPECTED_TOKEN' && quote !== null) return { ...behindQuote, offset: quote.index + 1 }
  return { message, hint, offset }
}
