/** Goes on with a value that may still be on its way; one that is there costs no promise. */
export const chain = <Value, Next>(value: Value | Promise<Value>, next: (value: Value) => Next | Promise<Next>): Next | Promise<Next> =>
  value instanceof Promise ? value.then(next) : next(value)

/** Does the work and goes on with what it gave, or with what it threw or rejected with. */
export function settle<Value, Next>(
  work: () => Value | Promise<Value>,
  done: (value: Value) => Next | Promise<Next>,
  failed: (thrown: unknown) => Next | Promise<Next>,
): Next | Promise<Next> {
  let value: Value | Promise<Value>
  try {
    value = work()
  } catch (thrown) {
    return failed(thrown)
  }
  return value instanceof Promise ? value.then(done, failed) : done(value)
}
