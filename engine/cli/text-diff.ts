/** Lines around a change that are shown with it. */
const context = 3
/** Above so many pairs of lines, what lies between the first and the last difference is shown as replaced. */
const mostPairs = 4_000_000

interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** The way from one text to the other, as `diff -u` writes it; nothing where they are the same. */
export function textDiff(name: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return ''
  const lines = compare(linesOf(before), linesOf(after))
  const shown = lines.map((_, at) => lines.slice(Math.max(0, at - context), at + context + 1).some(line => line.sign !== ' '))
  const head = `--- ${before === undefined ? '/dev/null' : name}\n+++ ${after === undefined ? '/dev/null' : name}\n`
  let text = head
  let [old, next] = [1, 1]
  for (const [at, line] of lines.entries()) {
    if (shown[at] === true && shown[at - 1] !== true) text += `@@ -${old} +${next} @@\n`
    if (shown[at] === true) text += `${line.sign}${line.text}\n`
    if (line.sign !== '+') old++
    if (line.sign !== '-') next++
  }
  return text
}

const linesOf = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.replace(/\n$/, '').split('\n')

function compare(a: readonly string[], b: readonly string[]): readonly Line[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const same = (lines: readonly string[]): readonly Line[] => lines.map(text => ({ sign: ' ', text }))
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))]
}

/** By the longest common subsequence. */
function between(a: readonly string[], b: readonly string[]): readonly Line[] {
  if (a.length * b.length > mostPairs) return [...a.map(removed), ...b.map(added)]
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [old, next] = [a[i] ?? '', b[j] ?? '']
    if (i < a.length && j < b.length && old === next) {
      lines.push({ sign: ' ', text: old })
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old))
      i++
    } else {
      lines.push(added(next))
      j++
    }
  }
  return lines
}

const removed = (text: string): Line => ({ sign: '-', text })
const added = (text: string): Line => ({ sign: '+', text })
