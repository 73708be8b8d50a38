import jsonata from 'jsonata'

/** The functions that are JSONata's own, 1,700 lines of XPath pictures that nobody should write twice. */
export type Borrowed = 'formatNumber' | 'formatInteger' | 'parseInteger' | 'fromMillis' | 'toMillis'

/** One of them, as a plain function. `timestamp` is what missing parts of a date are taken from. */
export type BorrowedCall = (timestamp: Date, args: readonly unknown[]) => unknown

/** Is taken at the first use, and kept. */
export function borrow(name: Borrowed): BorrowedCall {
  let taken: BorrowedCall | undefined
  return (timestamp, args) => {
    taken ??= take(name)
    return taken(timestamp, args)
  }
}

/**
 * Takes the implementation out of the package. Its evaluator asks the entry hook of its debugger before it waits for anything,
 * so the answer is there when `evaluate` has returned its promise; a test holds that. Throws where the package has changed.
 */
function take(name: Borrowed): BorrowedCall {
  let found: unknown
  const probe = jsonata('null')
  const hook = (_node: unknown, _input: unknown, environment: jsonata.Environment): void => {
    found = environment.lookup(name)
  }
  // the declaration says `string`, and the package binds symbols as well
  probe.assign(Symbol.for('jsonata.__evaluate_entry') as unknown as string, hook)
  void probe.evaluate(null).catch(() => undefined)
  if (typeof found !== 'object' || found === null || !('implementation' in found) || typeof found.implementation !== 'function')
    throw new Error(`the package jsonata has no function ${name}`)
  const { implementation } = found
  return (timestamp, args) => {
    const result: unknown = Reflect.apply(implementation, { environment: { timestamp } }, args)
    return result
  }
}
