import type { Where } from './finding.ts'
import type { Body } from './message.ts'

/** The names an expression may read beside the body: `id`, `headers`, `input`, every `as` and `set`; without their `$`. */
export interface Variables {
  get(name: string): unknown
}

/** A compiled JSONata expression. Pure and reusable. */
export interface Expression {
  readonly source: string
  /** What it looks at: lets a pipeline pass a body through that nobody reads. `body` lists the first names of its paths. */
  readonly reads: { readonly variables: ReadonlySet<string>; readonly body: 'nothing' | 'everything' | readonly string[] }
  /** `clock`: it reads the time or a random source. */
  readonly kind: 'constant' | 'pure' | 'clock'
  /** The value as plain JSON, `undefined` for nothing. Never mutates what it reads. Throws SluiceError EXPRESSION. */
  evaluate(body: unknown, variables: Variables): unknown
}

/** Where a splice lands decides how it is escaped; `sql` becomes a bound parameter. */
export type Splice = 'text' | 'path' | 'query' | 'header' | 'sql' | 'none'

/** A scalar with `${{ }}` in it. One expression alone keeps its type; with text around it, the values are spliced into the text. */
export class Template {
  readonly parts: readonly (string | Expression)[]
  readonly splice: Splice
  readonly where: Where

  constructor(parts: readonly (string | Expression)[], splice: Splice, where: Where) {
    this.parts = parts
    this.splice = splice
    this.where = where
  }
  /** The expression, where the scalar is one whole `${{ }}`. */
  get whole(): Expression | undefined {
    const [part] = this.parts
    return this.parts.length === 1 && typeof part === 'object' ? part : undefined
  }
}

/** A YAML tree whose leaves may be templates: what `transform`, `with`, `set`, `reply` take. */
export type Tree = Body | Template | readonly Tree[] | { readonly [key: string]: Tree }
