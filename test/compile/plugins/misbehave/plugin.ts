import { defineTransform } from 'sluice/plugin'

const cyclic: { self?: unknown } = {}
cyclic.self = cyclic

const ways: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new TypeError('x is not a function')
  },
  rejects: () => Promise.reject(new Error('later')),
  function: () => ({ a: [1, () => 1] }),
  date: () => ({ at: new Date() }),
  nan: () => [Number.NaN],
  cyclic: () => cyclic,
  thenable: () => ({ [['th', 'en'].join('')]: (done: (value: unknown) => void) => done('thenable') }),
  never: () => new Promise(() => undefined),
}

export default defineTransform<{ readonly how: string }>({
  compile:
    ({ how }) =>
    () =>
      // As: it misbehaves.
      ways[how]?.() as never,
})
