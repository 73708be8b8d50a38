/** How deep a value may be, as for what formats read. */
const deepest = 64

/** What in a value from a plugin is neither JSON nor bytes nor a file, in words with its place; undefined where all is well. */
export function foreignIn(value: unknown): string | undefined {
  return value === undefined ? undefined : search(value, '', deepest)
}

function search(value: unknown, pointer: string, left: number): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `a number that JSON cannot say${at(pointer)}`
  if (typeof value !== 'object') return `${value === undefined ? 'nothing' : `a ${typeof value}`}${at(pointer)}, which is not JSON`
  if (pointer === '' && (value instanceof Uint8Array || value instanceof Blob)) return undefined
  if (left === 0) return `a value that is deeper than ${deepest} levels`
  if (Array.isArray(value)) return first(value.entries(), pointer, left)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `an object of a class${at(pointer)}, which is not JSON`
  return first(Object.entries(value), pointer, left)
}

function first(items: Iterable<readonly [string | number, unknown]>, pointer: string, left: number): string | undefined {
  for (const [name, item] of items) {
    if (item === undefined && typeof name === 'string') continue
    const found = search(item, `${pointer}/${name}`, left - 1)
    if (found !== undefined) return found
  }
  return undefined
}

const at = (pointer: string): string => (pointer === '' ? '' : ` at ${pointer}`)
