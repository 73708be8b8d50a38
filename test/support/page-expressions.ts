/** An expression on a page, with the input it works on and what the page says comes of it. */
export interface ShownExpression {
  readonly line: number
  readonly source: string
  readonly input: unknown
  /** The info string of the block behind it, and its text. */
  readonly kind: string
  readonly outcome: string
}

/** A block of YAML that has faults, and the findings that the page shows. */
export interface FaultyBlock {
  readonly line: number
  readonly text: string
  readonly findings: string
}

/** Rows of a table that begins `| You write | and it gives |`: an expression, and JSON, `nothing` or `an error`. */
export interface ShownRow {
  readonly source: string
  readonly gives: string
}

export function tableRows(markdown: string): readonly ShownRow[] {
  const [, table = ''] = /\| You write \| and it gives \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(markdown) ?? []
  return [...table.matchAll(/^\| `(.+?)` \| (?:`(.+?)`|(nothing|an error)) \|/gm)].map(([, source = '', json, word = '']) => ({
    source,
    gives: json ?? word,
  }))
}

/** The examples of docs/expressions.md: `jsonata` and `yml` blocks, each with the block that follows it; `<!-- input -->` stands before what they work on. */
export function pageExpressions(markdown: string): {
  readonly expressions: readonly ShownExpression[]
  readonly faulty: readonly FaultyBlock[]
} {
  const expressions: ShownExpression[] = []
  const faulty: FaultyBlock[] = []
  const blocks = [...markdown.matchAll(/(?<input><!-- input -->\n)?```(?<kind>\w+)\n(?<text>[\s\S]*?)```/g)].map(found => ({
    line: markdown.slice(0, found.index).split('\n').length,
    input: found.groups?.['input'] !== undefined,
    kind: found.groups?.['kind'] ?? '',
    text: (found.groups?.['text'] ?? '').trimEnd(),
  }))
  let input: unknown
  for (const [index, { line, text, ...block }] of blocks.entries()) {
    const next = blocks[index + 1] ?? { kind: '', text: '' }
    if (block.input) input = JSON.parse(text)
    if (block.kind === 'jsonata') expressions.push({ line, source: text, input, kind: next.kind, outcome: next.text })
    if (block.kind === 'yml') faulty.push({ line, text: `${text}\n`, findings: next.kind === 'finding' ? next.text : '' })
  }
  return { expressions, faulty }
}
