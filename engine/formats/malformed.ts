import { SluiceError } from '../core/errors.ts'

/**
 * The error of every reader: `reading the body as JSON: unexpected token at line 1 column 12`. It never says what stands there, and has no
 * cause: the messages of parsers quote the body. Give the place as an offset into `text`, or as lines and columns that count from 1.
 */
export function malformed(format: string, fault: string, place?: Place): SluiceError {
  return new SluiceError('MALFORMED', `reading the body as ${format}: ${fault}${place === undefined ? '' : ` ${say(place)}`}`)
}

export type Place = { readonly text: string; readonly offset: number } | { readonly line: number; readonly column?: number }

function say(place: Place): string {
  if ('offset' in place) return say(locate(place.text, place.offset))
  return place.column === undefined ? `at line ${place.line}` : `at line ${place.line} column ${place.column}`
}

function locate(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return { line, column: offset - start + 1 }
}
