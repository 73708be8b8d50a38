import type { Where } from '../core/finding.ts'
import { readTextNow } from '../files/read.ts'

/**
 * The line of a place in a file and the one before it, with a caret below its column; nothing where there is no such line.
 *
 *       12 |       - transform:
 *       13 |           greeting: Hello, ${{ nmae }}!
 *          |                                ^
 */
export function codeFrame({ file, line, column }: Where): string {
  const read = readTextNow(file)
  const lines = 'text' in read ? read.text.split(/\r?\n/) : []
  if (lines[line - 1] === undefined) return ''
  const shown = [line - 1, line].filter(number => number > 0)
  const margin = String(line).length + 4
  const code = shown.map(number => `${String(number).padStart(margin)} | ${(lines[number - 1] ?? '').replaceAll('\t', ' ')}`.trimEnd())
  return [...code, `${' '.repeat(margin)} | ${' '.repeat(column - 1)}^`, ''].join('\n')
}
