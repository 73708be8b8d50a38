import type { Splice } from '../core/expression.ts'

/** Thrown by an escape: says what cannot stand there. */
export class SpliceFault extends Error {}

/** A value as text, escaped for the place where it lands. Throws SpliceFault for what must not stand there. */
export function escapeFor(value: unknown, splice: Splice): string {
  const text = asText(value)
  switch (splice) {
    case 'path':
      return pathPart(text)
    case 'query':
      return wellFormed(text)
    case 'header':
      return headerText(text)
    default:
      return text
  }
}

/** Refuses what would end a header line and begin another. */
export function headerText(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new SpliceFault('a line break cannot stand in a header')
  return text
}

/** As JSONata's `&` writes it: nothing is empty, numbers have 15 digits, objects are JSON. */
function asText(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(Number(value.toPrecision(15)))
  return JSON.stringify(value)
}

function pathPart(text: string): string {
  if (text === '') throw new SpliceFault('a part of a path cannot be nothing')
  if (text === '.' || text === '..') throw new SpliceFault('a part of a path cannot be "." or ".."')
  return wellFormed(text)
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new SpliceFault('a text holds half a character')
  return encodeURIComponent(text)
}
