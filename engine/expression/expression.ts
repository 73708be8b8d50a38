import jsonata from 'jsonata'
import { SluiceError } from '../core/errors.ts'
import type { Expression, Variables } from '../core/expression.ts'

/** Something to say about an expression. `offset` and `length` count UTF-16 units of its source. */
export interface ExpressionFinding {
  /** Kebab-case; `sluice explain <rule>` shows its page. */
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint?: string | undefined
  readonly offset: number
  readonly length?: number | undefined
}

export interface CompileOptions {
  /** The names it may read beside the body, without their `$`. */
  readonly variables?: ReadonlySet<string> | readonly string[]
}

export interface Compiled {
  /** Absent only where it cannot run. */
  readonly expression?: Expression
  readonly findings: readonly ExpressionFinding[]
}

/** Compiles a JSONata expression. Never throws. */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  try {
    const program = jsonata(source)
    const variables = new Set(options.variables)
    const evaluate = (body: unknown, bound: Variables): unknown => {
      const bindings: Record<string, unknown> = {}
      for (const name of variables) bindings[name] = bound.get(name)
      return program.evaluate(body, bindings).catch((cause: unknown) => {
        throw new SluiceError('EXPRESSION', sentence(cause), { cause })
      })
    }
    return { expression: { source, reads: { variables, body: 'everything' }, kind: 'pure', evaluate }, findings: [] }
  } catch (cause) {
    return { findings: [{ rule: 'expression-syntax', severity: 'error', message: sentence(cause), offset: 0 }] }
  }
}

const sentence = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'message' in cause && typeof cause.message === 'string' ? cause.message : String(cause)
