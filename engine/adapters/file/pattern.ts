/** Whether a path below a folder, with `/` between its names, is one of those meant. */
export type Matches = (path: string) => boolean

/** Of patterns with `*`, `?`, and `**` as a whole name; everything else stands for itself. Costs at most the product of the lengths, whatever a name is like. */
export function compilePatterns(patterns: readonly string[]): Matches {
  const split = patterns.map(pattern => pattern.split('/'))
  return path => {
    const names = path.split('/')
    return split.some(segments => matchAll(segments, names, matchSegment))
  }
}

/** Whether any of the patterns means files of folders below. */
export const isDeep = (patterns: readonly string[]): boolean => patterns.some(pattern => pattern.includes('/') || pattern === '**')

/** What is written as other tools would have it, and means nothing here. */
export function patternFault(pattern: string): string | undefined {
  if (/\{[^}]*,[^}]*\}/.test(pattern)) return 'a pattern has no braces: write a list of patterns'
  if (pattern.startsWith('/') || pattern.split('/').some(name => name === '' || name === '.' || name === '..'))
    return 'a pattern is a path below the folder, without ".", ".." or empty names'
  return undefined
}

const matchSegment = (segment: string, name: string): boolean => {
  if (segment === '*') return true
  if (!/[*?]/.test(segment)) return segment === name
  return matchAll([...segment], [...name], (wanted, character) => wanted === '?' || wanted === character, '*')
}

/** Greedy, with one step back to the last wildcard: what it took before is never looked at again. */
function matchAll(
  pattern: readonly string[],
  parts: readonly string[],
  equals: (wanted: string, part: string) => boolean,
  wildcard = '**',
): boolean {
  let at = 0
  let part = 0
  let star = -1
  let taken = 0
  while (part < parts.length) {
    const wanted = pattern[at]
    if (wanted === wildcard) {
      star = at++
      taken = part
    } else if (wanted !== undefined && equals(wanted, parts[part] ?? '')) {
      at++
      part++
    } else if (star >= 0) {
      at = star + 1
      part = ++taken
    } else return false
  }
  while (pattern[at] === wildcard) at++
  return at === pattern.length
}
