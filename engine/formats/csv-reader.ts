import { malformed } from './malformed.ts'

/** One line of cells, as texts, with the line of the file that it begins in. */
export interface CsvRow {
  readonly cells: readonly string[]
  /** From 1. */
  readonly line: number
}

/**
 * Reads CSV (RFC 4180): cells in quotes may hold separators, line ends and doubled quotes; lines end in CRLF, LF or CR; blank lines are left
 * out. Throws MALFORMED, with its line, for a quote inside a plain cell, text after a closing quote, and an unclosed quote.
 */
export function* readCsv(text: string, separator: string): Generator<CsvRow> {
  let at = 0
  let line = 1
  while (at < text.length) {
    const row = readRow(text, at, { separator, line })
    if (!row.blank) yield { cells: row.cells, line }
    at = row.end
    line += row.lines
  }
}

interface Row {
  readonly cells: readonly string[]
  readonly blank: boolean
  /** Where the next row begins. */
  readonly end: number
  /** Lines of the file that it takes. */
  readonly lines: number
}

function readRow(text: string, start: number, { separator, line }: { readonly separator: string; readonly line: number }): Row {
  const cells: string[] = []
  let at = start
  let lines = 0
  for (;;) {
    const quoted = text.charAt(at) === '"'
    const end = quoted ? endOfQuoted(text, at) : endOfPlain(text, at, separator)
    if (end === undefined) throw malformed('CSV', 'a quote that is never closed', { line: line + lines })
    const cell = quoted ? text.slice(at + 1, end - 1) : text.slice(at, end)
    if (quoted) lines += countLines(cell)
    else if (cell.includes('"')) throw malformed('CSV', 'a quote inside a cell that does not begin with one', { line: line + lines })
    cells.push(quoted ? cell.replaceAll('""', '"') : cell)
    const next = text.charAt(end)
    if (next === separator) {
      at = end + 1
      continue
    }
    if (next !== '' && next !== '\n' && next !== '\r')
      throw malformed('CSV', 'text after the quote that closes a cell', { line: line + lines })
    const width = next === '\r' && text.charAt(end + 1) === '\n' ? 2 : 1
    return { cells, blank: !quoted && cells.length === 1 && cell === '', end: end + width, lines: lines + 1 }
  }
}

function endOfPlain(text: string, start: number, separator: string): number {
  let at = start
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === separator || character === '\n' || character === '\r') return at
    at++
  }
  return at
}

/** The offset after the closing quote. */
function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 2)) if (text.charAt(at + 1) !== '"') return at + 1
  return undefined
}

const countLines = (cell: string): number => cell.match(/\r\n|\n|\r/g)?.length ?? 0
