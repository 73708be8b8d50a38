import { maxDepth, maxNodes } from './limits.ts'

/** What a JSON text has too much of, and where. `number`: a number that cannot be held exactly. */
export interface Excess {
  readonly kind: 'depth' | 'nodes' | 'number'
  readonly offset: number
}

/**
 * Looks for what JSON.parse lets through: nesting, number of values, integers beyond 2^53 and numbers beyond 1.8e308. Most bodies are proved
 * harmless without looking at every character. A text that is not JSON may give anything: parse it before believing `number`. With `numbers: false` any number will do.
 */
export function findExcess(text: string, options: { readonly numbers: boolean }): Excess | undefined {
  if (text.length < maxNodes && fewOpenings(text) && !(options.numbers && mayBeInexact(text))) return undefined
  return scan(text, options.numbers)
}

const mayBeInexact = (text: string): boolean => hasLongDigits(text) || /\d[eE]\+?\d{3}/.test(text)

/** Braces and brackets inside strings count too, which only makes it look closer. */
const fewOpenings = (text: string): boolean => text.length < 2 * maxDepth || count(text, '{') + count(text, '[') <= maxDepth

/** Stops where it is too much in any case. */
function count(text: string, character: string): number {
  let found = 0
  for (let at = text.indexOf(character); at !== -1 && found <= maxDepth; at = text.indexOf(character, at + 1)) found++
  return found
}

/** A run of 16 digits has one at an index of 16n + 15: nine in ten characters need no look. */
function hasLongDigits(text: string): boolean {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigit(text.charCodeAt(at))) continue
    let start = at
    let end = at + 1
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--
    while (end < text.length && isDigit(text.charCodeAt(end))) end++
    if (end - start >= 16) return true
  }
  return false
}

function scan(text: string, numbers: boolean): Excess | undefined {
  let depth = 0
  let nodes = 1
  let empty = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue
    if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return { kind: 'depth', offset: at }
      nodes++
      empty = true
      continue
    }
    if (code === 0x7d || code === 0x5d) {
      depth--
      if (empty) nodes--
    } else if (code === 0x2c) nodes++
    else if (code === 0x22) at = endOfString(text, at)
    else if (code === 0x2d || isDigit(code)) {
      const end = endOfNumber(text, at)
      if (numbers && !isExact(text.slice(at, end))) return { kind: 'number', offset: at }
      at = end - 1
    }
    empty = false
    if (nodes > maxNodes) return { kind: 'nodes', offset: at }
  }
  return undefined
}

/** The offset of the closing quote. */
function endOfString(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slash = at - 1
    while (text.charCodeAt(slash) === 0x5c) slash--
    if ((at - slash) % 2 === 1) return at
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at++
  return at
}

function isExact(token: string): boolean {
  if (token.length < 5) return true
  const value = Number(token)
  if (Number.isNaN(value)) return true
  if (!Number.isFinite(value)) return false
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER || /[eE]/.test(token)
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isNumberPart = (code: number): boolean =>
  isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d
