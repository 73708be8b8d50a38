import type { Run } from '../budget.ts'

/** One function of the language. */
export interface Builtin {
  /** Without its `$`. */
  readonly name: string
  /** JSONata's notation of what it takes and gives; the checked arguments reach `call` in this order, each of its kind or nothing. */
  readonly signature: string
  /** How many arguments a higher-order function passes to it. */
  readonly arity: number
  /** It may give a sequence, which the calling node collapses. */
  readonly sequence?: boolean
  /** It reads the time or a random source. */
  readonly clock?: boolean
  readonly call: (run: Run, ...args: never[]) => unknown
  /** What is worked out once where an argument is written in the expression. */
  readonly literal?: Literal
}

export interface Literal {
  /** Which argument, from 0. */
  readonly at: number
  /** The same function for calls with that text there, or with nothing; `undefined` where nothing is gained. */
  readonly prepare: (text: string | undefined) => Builtin['call'] | undefined
}
