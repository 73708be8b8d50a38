/** Long work, which can be interrupted wherever it yields. */
export type Slices<Result> = Generator<undefined, Result>

/** How long the event loop is kept from everything else, in milliseconds. */
const sliceMs = 8

/** Does the work in slices, so that requests are answered meanwhile. Short work is done at once: each turn of a busy event loop is waited for. */
export async function inSlices<Result>(work: Slices<Result>): Promise<Result> {
  let started = performance.now()
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
    if (performance.now() - started < sliceMs) continue
    await new Promise(resolve => setImmediate(resolve))
    started = performance.now()
  }
}

/** Each item made into something, one a slice. */
export function* mapInSlices<Item, Made>(items: Iterable<Item>, make: (item: Item) => Made): Slices<readonly Made[]> {
  const made: Made[] = []
  for (const item of items) {
    made.push(make(item))
    yield
  }
  return made
}
