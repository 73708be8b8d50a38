import type { Run } from './budget.ts'

/** What a lambda gives back instead of making its last call: the loop in `apply` makes it, so that tail recursion needs no stack. */
export const TAIL = Symbol('tail call')

/** `context` stands in for a missing argument where the signature says so. */
type Invoke = (run: Run, args: readonly unknown[], context: unknown) => unknown

/** A function as a value: a class, so that no data of a message can look like one, and without own keys. */
export class Callable {
  readonly #arity: number
  readonly #invoke: Invoke

  /** `invoke` may answer TAIL, with the call in `run`. */
  constructor(arity: number, invoke: Invoke) {
    this.#arity = arity
    this.#invoke = invoke
  }

  /** How many arguments it takes: higher-order functions pass no more. */
  get arity(): number {
    return this.#arity
  }

  apply(run: Run, args: readonly unknown[], context: unknown): unknown {
    let result = this.#invoke(run, args, context)
    while (result === TAIL) {
      const { callee } = run
      result = callee instanceof Callable ? callee.#invoke(run, run.arguments, context) : undefined
    }
    return result
  }
}

export const isCallable = (value: unknown): value is Callable => value instanceof Callable
