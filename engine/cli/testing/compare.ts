import { isDeepStrictEqual } from 'node:util'

/** The first place where two values differ, in words; undefined where they are the same. */
export function difference(expected: unknown, actual: unknown, at = ''): string | undefined {
  if (isDeepStrictEqual(expected, actual)) return undefined
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return `${place(at)}expected ${expected.length} items, got ${actual.length}: ${shown(actual)}`
    return first(expected.map((item, index) => difference(item, actual[index], `${at}/${index}`)))
  }
  if (isObject(expected) && isObject(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return first([...names].map(name => difference(expected[name], actual[name], `${at}/${name}`)))
  }
  return `${place(at)}expected ${shown(expected)}, got ${shown(actual)}`
}

/** As `difference`, but of objects only the keys that are named. */
export function differenceOfNamed(expected: Readonly<Record<string, unknown>>, actual: unknown, at = ''): string | undefined {
  const values = isObject(actual) ? actual : {}
  return first(Object.entries(expected).map(([name, value]) => difference(value, values[name], `${at}/${name}`)))
}

const first = (found: readonly (string | undefined)[]): string | undefined => found.find(text => text !== undefined)

const place = (at: string): string => (at === '' ? '' : `at ${at} `)

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
