/**
 * The name nearest to a mistyped one: at most a third of its letters wrong, swapped, missing or added, at least one may be; one more where
 * both begin alike.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const alike = candidate.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()
    const allowed = Math.max(1, alike ? Math.ceil(name.length / 3) : Math.floor(name.length / 3))
    if (Math.abs(candidate.length - name.length) > allowed) continue
    const far = distance(name.toLowerCase(), candidate.toLowerCase())
    if (far <= allowed && far < least) [best, least] = [candidate, far]
  }
  return best
}

/** Damerau-Levenshtein, where a swap of neighbours counts once. */
function distance(left: string, right: string): number {
  let before: number[] = []
  let above = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      const changed = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + (same ? 0 : 1))
      current.push(swapped ? Math.min(changed, (before[column - 2] ?? 0) + 1) : changed)
    }
    ;[before, above] = [above, current]
  }
  return above[right.length] ?? 0
}

/** `did you mean "x"?` where a name is near, else the whole choice where it is short enough to read. */
export function suggestion(name: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  const near = nearest(name, names)
  if (near !== undefined) return `did you mean "${near}"?`
  if (names.length === 0) return undefined
  return `one of ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`
}
