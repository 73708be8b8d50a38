import { SluiceError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'

export interface SerialiseOptions {
  /** With the stacks of errors. */
  readonly stacks: boolean
}

/** A field's value as JSON, whatever it is: secrets hidden, errors with their causes, rings cut, at most 8 kB. Never throws. */
export function serialise(value: unknown, options: SerialiseOptions): string {
  if (typeof value === 'string' && value.length <= fieldChars) return quote(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  const budget = { left: fieldChars }
  return write(value, { ...options, budget, above: [] })
}

/** A text as a JSON string. */
export const quote = (text: string): string => (special.test(text) ? JSON.stringify(text).replace(controls, escaped) : `"${text}"`)
/** All but printable ASCII without the quote and the backslash: what may need more than quotes. */
const special = /[^ !#-[\]-~]/
/** Control characters that JSON allows, and terminals obey. */
const controls = /[\u2028\u2029\p{Cc}]/gu
const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

const fieldChars = 8_192
const levels = 8
const entries = 100

interface Pen extends SerialiseOptions {
  readonly budget: { left: number }
  readonly above: readonly object[]
}

function write(value: unknown, pen: Pen): string {
  if (pen.budget.left <= 0) return '"…"'
  try {
    return typeof value === 'object' && value !== null ? writeObject(value, pen) : spend(writeScalar(value, pen.budget.left), pen)
  } catch {
    return '"(unreadable)"'
  }
}

function spend(text: string, { budget }: Pen): string {
  budget.left -= text.length
  return text
}

function writeScalar(value: unknown, left: number): string {
  if (typeof value === 'string') return quote(cut(value, left))
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`
  if (typeof value === 'bigint') return `"${value}"`
  if (typeof value === 'boolean' || value === null) return String(value)
  return `"(${typeof value})"`
}

const cut = (text: string, chars: number): string => (text.length <= chars ? text : `${text.slice(0, chars)}… (${text.length} characters)`)

function writeObject(value: object, pen: Pen): string {
  if (value instanceof Secret) return spend(quote(value.toString()), pen)
  if (value instanceof Uint8Array) return spend(`"(${value.byteLength} bytes)"`, pen)
  if (value instanceof Blob) return spend(`"(${value.size} bytes)"`, pen)
  if (value instanceof Date) return spend(quote(String(value)), pen)
  if (pen.above.includes(value)) return '"(circular)"'
  if (pen.above.length >= levels) return '"…"'
  const inner = { ...pen, above: [...pen.above, value] }
  if (value instanceof Error) return writeMembers(members(value, pen.stacks), inner)
  if (value instanceof Map)
    return writeMembers(
      [...value].slice(0, entries + 1).map(([key, item]) => [String(key), item]),
      inner,
    )
  if (value instanceof Set) return writeList([...value], inner)
  if (Array.isArray(value)) return writeList(value, inner)
  return writeMembers(Object.entries(value), inner)
}

/** What those who run the gateway need of an error: never its body or headers. */
function members(error: Error, stacks: boolean): readonly (readonly [string, unknown])[] {
  const { name, message, cause, stack } = error
  const code =
    error instanceof SluiceError ? error.reason : Object.hasOwn(error, 'code') ? (error as { readonly code?: unknown }).code : undefined
  const at = error instanceof SluiceError ? error.at : undefined
  const all: readonly (readonly [string, unknown])[] = [
    ['name', name === 'SluiceError' || name === 'Error' ? undefined : name],
    ['code', code],
    ['message', message],
    ['step', at?.step],
    ['connector', at?.connector],
    ['at', at === undefined ? undefined : `${at.where.file}:${at.where.line}:${at.where.column}`],
    ['cause', cause],
    ['errors', error instanceof AggregateError ? error.errors : undefined],
    ['stack', stacks ? stack : undefined],
  ]
  return all.filter(([, item]) => item !== undefined)
}

function writeList(items: readonly unknown[], pen: Pen): string {
  const shown = items.slice(0, entries).map(item => write(item, pen))
  if (items.length > entries) shown.push(quote(`… (${items.length} items)`))
  return `[${shown.join(',')}]`
}

function writeMembers(all: readonly (readonly [string, unknown])[], pen: Pen): string {
  const shown: string[] = []
  for (const [name, item] of all.slice(0, entries)) {
    if (item === undefined) continue
    if (pen.budget.left <= 0) {
      shown.push('"…":"…"')
      break
    }
    shown.push(`${spend(quote(cut(name, 256)), pen)}:${write(item, pen)}`)
  }
  if (all.length > entries) shown.push(`"…":"${all.length} entries"`)
  return `{${shown.join(',')}}`
}
