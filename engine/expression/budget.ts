import type { Variables } from '../core/expression.ts'
import { Fault } from './errors.ts'

/** What one evaluation may cost. */
export interface Budget {
  /** Loop turns times the nodes of their body, calls, values compared or written, text by 16 characters. */
  readonly steps: number
  /** Milliseconds; the clock is read every 50,000 steps. */
  readonly timeMs: number
  /** Bytes allocated, estimated before they are. */
  readonly bytes: number
  /** Characters of one text. */
  readonly text: number
  /** Characters and values of the result, shared parts counted every time. */
  readonly output: number
  /** Calls inside calls, and levels of a value that is walked. */
  readonly depth: number
}

export const defaultBudget: Budget = { steps: 10_000_000, timeMs: 30, bytes: 40 << 20, text: 1 << 20, output: 10 << 20, depth: 500 }

/** Steps between two looks at the clock. */
const clockEvery = 50_000

/** What an expression reads besides its body and variables. */
export interface Ambient {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly uuid: () => string
}

/** One evaluation: its input and what is left of its budget. It charges before the work, since nothing here can be interrupted. */
export class Run {
  readonly body: unknown
  readonly variables: Variables
  readonly budget: Budget
  readonly ambient: Ambient
  /** The call that a lambda ended with, for the loop that makes it. */
  callee: unknown
  arguments: readonly unknown[] = []
  depth = 0
  #steps: number
  #bytes: number
  #look: number
  #started = 0
  #now: number | undefined

  constructor(body: unknown, variables: Variables, budget: Budget, ambient: Ambient) {
    this.body = body
    this.variables = variables
    this.budget = budget
    this.ambient = ambient
    this.#steps = budget.steps
    this.#bytes = budget.bytes
    this.#look = budget.steps - clockEvery
  }

  /** Pays for `steps` before they are made. */
  charge(steps: number): void {
    this.#steps -= steps
    if (this.#steps < this.#look) this.#check()
  }

  /** Pays for memory before it is taken. */
  allocate(bytes: number): void {
    this.#bytes -= bytes
    if (this.#bytes < 0) throw new Fault('U1002')
  }

  /** Refuses a text that would be too long, and pays for it. */
  text(length: number): void {
    if (length > this.budget.text) throw new Fault('U1003')
    this.allocate(length)
    this.charge(length >> 4)
  }

  /** Refuses uninterruptible work whose worst case does not fit. */
  reserve(steps: number): void {
    if (steps > this.#steps) throw new Fault('U1001')
    if (steps > clockEvery) this.#clock()
  }

  enter(steps: number): void {
    this.depth += 1
    if (this.depth > this.budget.depth) throw new Fault('D1011')
    this.charge(steps)
  }

  /** Down into a value of `size` members. */
  descend(size: number): void {
    this.depth += 1
    if (this.depth > this.budget.depth) throw new Fault('U1005')
    this.charge(size + 1)
  }

  /** Back up, with an answer. */
  ascend<Answer>(answer: Answer): Answer {
    this.depth -= 1
    return answer
  }

  /** The same for the whole evaluation. */
  now(): number {
    this.#now ??= this.ambient.now()
    return this.#now
  }

  #check(): void {
    if (this.#steps < 0) throw new Fault('U1001')
    this.#look = this.#steps - clockEvery
    this.#clock()
  }

  // the clock starts at the first look: most evaluations never look
  #clock(): void {
    const now = performance.now()
    if (this.#started === 0) this.#started = now
    else if (now - this.#started > this.budget.timeMs) throw new Fault('D1012')
  }
}
