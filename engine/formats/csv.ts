import { defineFormat } from '../core/component.ts'
import type { CsvFormat } from '../core/config.gen.ts'
import type { Body, Json } from '../core/message.ts'
import { decodeText } from './charset.ts'
import { readCsv } from './csv-reader.ts'
import { malformed } from './malformed.ts'
import { setOwn } from './own-property.ts'
import { noBytes, refuseBytes, unwritable } from './unwritable.ts'

/**
 * CSV (RFC 4180): a list of objects, all text; an empty cell is absent. The header line names the columns, or `columns` does: then no header is
 * read or written. Written without `columns`, they are all names of the rows, in the order they come. A row of another length is MALFORMED.
 */
export default defineFormat<CsvFormat>({
  mediaTypes: ['text/csv'],
  create: ({ columns, separator }) => ({
    decode: (bytes, contentType) => (bytes.length === 0 ? undefined : parse(decodeText(bytes, contentType, 'CSV'), separator, columns)),
    encode: value => ({
      bytes: value === undefined ? noBytes() : Buffer.from(write(value, separator, columns)),
      contentType: 'text/csv; charset=utf-8',
    }),
  }),
})

function parse(text: string, separator: string, columns: readonly string[] | undefined): Json {
  let names = columns
  const objects: Json[] = []
  for (const { cells, line } of readCsv(text, separator)) {
    if (names === undefined) names = checkHeader(cells, line)
    else if (cells.length !== names.length) throw malformed('CSV', `${cells.length} cells instead of ${names.length}`, { line })
    else objects.push(objectOf(names, cells))
  }
  return objects
}

function checkHeader(names: readonly string[], line: number): readonly string[] {
  if (names.includes('')) throw malformed('CSV', 'a column without a name', { line })
  if (new Set(names).size < names.length) throw malformed('CSV', 'two columns of one name', { line })
  return names
}

function objectOf(names: readonly string[], cells: readonly string[]): Json {
  const object: Record<string, Json> = {}
  for (const [index, name] of names.entries()) {
    const cell = cells[index]
    if (cell !== undefined && cell !== '') setOwn(object, name, cell)
  }
  return object
}

function write(value: Body, separator: string, columns: readonly string[] | undefined): string {
  refuseBytes('CSV', value)
  const rows = (Array.isArray(value) ? value : [value]).map(asRow)
  const names = columns ?? [...new Set(rows.flatMap(row => Object.keys(row)))]
  const lines = rows.map(row => names.map(name => cellOf(Object.hasOwn(row, name) ? row[name] : undefined, separator)))
  if (columns === undefined && names.length > 0) lines.unshift(names.map(name => cellOf(name, separator)))
  // A line that holds one empty cell would read as a blank one.
  return lines.map(cells => `${cells.length === 1 && cells[0] === '' ? '""' : cells.join(separator)}\r\n`).join('')
}

type Row = Readonly<Record<string, Json | undefined>>

function asRow(value: Json | undefined): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unwritable('CSV', 'only a list of objects is CSV')
  // An object that is no list has named values: that is all a row is.
  return value as Row
}

function cellOf(value: Json | undefined, separator: string): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') throw unwritable('CSV', 'a cell is an object or a list')
  const text = String(value)
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text
}
