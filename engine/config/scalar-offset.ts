import type { ScalarNode } from './node.ts'

/**
 * Where in the file the character at `offset` of a scalar's value stands: quotes, escapes, folded lines and a block's indentation
 * lie between the two.
 */
export function scalarOffset(text: string, node: ScalarNode, offset: number): number {
  if (typeof node.value !== 'string') return node.start
  const raw = text.slice(node.start, node.end)
  if (node.style === 'literal' || node.style === 'folded') return node.start + blockOffset(raw, node.value, offset)
  if (node.style === 'plain' && !raw.includes('\n')) return node.start + offset
  const quoted = node.style === 'plain' ? 0 : 1
  return node.start + flowOffset(raw, quoted, node, offset)
}

/** One line break or more in a flow scalar, with the blanks around: one gives a blank, every further one a line break. */
const fold = /[ \t]*(?:\r?\n[ \t]*)+/y
const escapeSequence = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|[^\n])/y

function flowOffset(raw: string, from: number, node: ScalarNode, offset: number): number {
  let at = from
  let seen = 0
  // up to the thing that gives the character, past what gives none: a line break that is escaped
  while (at < raw.length) {
    const [length, characters] = flowToken(raw, at, node.style)
    if (seen + characters > offset) return at
    at += length
    seen += characters
  }
  return at
}

/** How long the next thing is as written, and how many characters of the value it gives. */
function flowToken(raw: string, at: number, style: ScalarNode['style']): readonly [number, number] {
  fold.lastIndex = at
  const folded = fold.exec(raw)?.[0]
  if (folded !== undefined) return [folded.length, Math.max(1, folded.split('\n').length - 2)]
  if (style === 'single' && raw[at] === "'") return [2, 1]
  if (style !== 'double' || raw[at] !== '\\') return [1, 1]
  escapeSequence.lastIndex = at
  const escaped = escapeSequence.exec(raw)?.[0] ?? '\\'
  if (escaped.includes('\n')) return [escaped.length, 0]
  return [escaped.length, escaped[1] === 'U' && Number.parseInt(escaped.slice(2), 16) > 0xffff ? 2 : 1]
}

/** Walks value and text side by side; what the value lacks is indentation or a folded line break. */
function blockOffset(raw: string, value: string, offset: number): number {
  const indent = blockIndent(raw)
  let at = lineAfter(raw, 0, indent)
  for (let seen = 0; seen < offset; seen += 1) {
    if (value[seen] !== '\n' && value[seen] !== ' ') while (at < raw.length && isBreak(raw, at)) at = lineAfter(raw, at, indent)
    at = isBreak(raw, at) ? lineAfter(raw, at, indent) : at + 1
  }
  if (value[offset] !== '\n' && value[offset] !== ' ') while (at < raw.length && isBreak(raw, at)) at = lineAfter(raw, at, indent)
  return Math.min(at, raw.length)
}

const isBreak = (raw: string, at: number): boolean => raw[at] === '\n' || (raw[at] === '\r' && raw[at + 1] === '\n')

/** Where the text of the next line begins. */
function lineAfter(raw: string, at: number, indent: number): number {
  const end = raw.indexOf('\n', at)
  if (end < 0) return raw.length
  let next = end + 1
  while (next < end + 1 + indent && raw[next] === ' ') next += 1
  return next
}

/** How far the block is indented: no line with text in it is less. */
function blockIndent(raw: string): number {
  const widths = raw
    .split('\n')
    .slice(1)
    .filter(line => line.trim() !== '')
    .map(line => line.length - line.trimStart().length)
  return widths.length === 0 ? 0 : Math.min(...widths)
}
