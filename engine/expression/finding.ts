/** Something to say about an expression. `offset` and `length` count UTF-16 units of its source. */
export interface ExpressionFinding {
  /** Kebab-case; `sluice explain <rule>` shows its page. */
  readonly rule: ExpressionRule
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint?: string | undefined
  readonly offset: number
  readonly length?: number | undefined
}

export type ExpressionRule =
  | 'expression-syntax'
  | 'expression-size'
  | 'unknown-variable'
  | 'unknown-function'
  | 'expression-arguments'
  | 'refused-function'
  | 'refused-regex'
  | 'wrong-picture'
  | 'duplicate-key'
  | 'clone-rebound'
  | 'constant-condition'
  | 'hyphen-name'
  | 'always-fails'
  | 'unknown-property'
  | 'replaced-body'
  | 'impossible-comparison'
  | 'missing-comparison'
  | 'missing-text'
  | 'number-predicate'
  | 'impossible-operand'

/** The nearest of the names, where one is near. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const most = name.length <= 3 ? 1 : 2
  let best: string | undefined
  let least = most + 1
  for (const candidate of names) {
    const distance = distanceOf(name.toLowerCase(), candidate.toLowerCase(), least)
    if (distance >= least) continue
    least = distance
    best = candidate
  }
  return best
}

/** How many letters are to be added, left out, changed or swapped; stops counting at `limit`. */
function distanceOf(first: string, second: string, limit: number): number {
  if (Math.abs(first.length - second.length) >= limit) return limit
  let before: readonly number[] = []
  let previous = Array.from({ length: second.length + 1 }, (_, index) => index)
  for (let row = 1; row <= first.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= second.length; column += 1) {
      const same = first[row - 1] === second[column - 1]
      const changed = (previous[column - 1] ?? 0) + (same ? 0 : 1)
      let cost = Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      const swapped = row > 1 && column > 1 && first[row - 1] === second[column - 2] && first[row - 2] === second[column - 1]
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    before = previous
    previous = current
  }
  return previous[second.length] ?? limit
}
