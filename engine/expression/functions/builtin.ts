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
}
