/** An integer with at least `width` digits, its sign before them. */
export function digits(value: number, width: number): string {
  const text = String(Math.abs(value))
  const padded = text.length < width ? text.padStart(width, '0') : text
  return value < 0 ? `-${padded}` : padded
}

/** With a comma after every `size` digits from the right; 0 is never. */
export function grouped(text: string, size: number): string {
  if (size === 0 || text.length <= size) return text
  let at = text.length % size || size
  let result = text.slice(0, at)
  for (; at < text.length; at += size) result += `,${text.slice(at, at + size)}`
  return result
}

/** How far apart the commas of a picture's digits stand: 0 is none; `undefined` where they are not everywhere or not evenly spaced. */
export function groupSize(part: string): number | undefined {
  const groups = part.split(',').slice(1).toReversed()
  const [last] = groups
  if (last === undefined) return 0
  return last !== '' && groups.every(group => group.length === last.length) ? last.length : undefined
}
