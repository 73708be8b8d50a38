type Given = Readonly<Record<string, unknown>>

interface Answer {
  readonly question: string
  readonly about: unknown
  readonly answer: unknown
}
interface Kept {
  readonly made: unknown
  readonly answers: readonly Answer[]
}

/**
 * What one load leaves for the next, so that a reload costs what changed. Things are told apart by what they are, not by what they say: an
 * unchanged file is the same object in every load, hence so is all that is made of it. What nobody has any more is forgotten. Loads that share
 * a memory come one after the other.
 */
export class Memory {
  /** By the function that made it, then by the thing it was made of. */
  readonly #made = new Map<unknown, WeakMap<object, unknown>>()
  /** What the load before gave under a name, and what this one gave so far. */
  #before: ReadonlyMap<string, unknown> = new Map()
  #now = new Map<string, unknown>()

  /** What a function makes that looks at nothing but the thing: made once in the thing's life. `make` is a function of a module, not of a call. */
  of<Thing extends object, Made>(make: (thing: Thing) => Made, thing: Thing): Made {
    const known = this.#by(make)
    // only the same function wrote here
    if (known.has(thing)) return known.get(thing) as Made
    const made = make(thing)
    known.set(thing, made)
    return made
  }

  /**
   * The same for one that looks around: kept while all that it looked at is what it was. Functions in `around` are questions, told apart by what
   * they are about and asked within the call only; anything else is always looked at.
   */
  within<Thing extends object, Made, Around extends object>(
    make: (thing: Thing, around: Around) => Made,
    thing: Thing,
    around: Around,
  ): Made {
    const known = this.#by(make)
    // as above
    const kept = known.get(thing) as Kept | undefined
    // an object, of which only names are read that it had when the answers were written down
    const given = around as Given
    if (kept?.answers.every(({ question, about, answer }) => Object.is(ask(given[question], about), answer))) return kept.made as Made
    const answers: Answer[] = []
    // the same names, each answering alike
    const made = make(thing, noting(given, answers) as Around)
    known.set(thing, { made, answers })
    return made
  }

  /** The value that the load before had under this name, where it is as good as this one. */
  settle<Value>(name: string, value: Value, isSame: (before: Value, now: Value) => boolean): Value {
    return this.carry(name, (before: Value | undefined) => (before !== undefined && isSame(before, value) ? before : value))
  }

  /** What is made of the value that the load before had under this name; undefined where it had none. */
  carry<Value>(name: string, make: (before: Value | undefined) => Value): Value {
    // a name belongs to one place in the code, which always gives the same type
    const value = make((this.#now.get(name) ?? this.#before.get(name)) as Value | undefined)
    this.#now.set(name, value)
    return value
  }

  /** A load is over: names that it did not use are forgotten. */
  turn(): void {
    this.#before = this.#now
    this.#now = new Map()
  }

  #by(make: unknown): WeakMap<object, unknown> {
    const known = this.#made.get(make) ?? new WeakMap<object, unknown>()
    this.#made.set(make, known)
    return known
  }
}

const ask = (question: unknown, about: unknown): unknown => (typeof question === 'function' ? question(about) : question)

/** The surroundings, with every answer written down once. */
function noting(around: Given, answers: Answer[]): object {
  const noted = Object.entries(around).map(([question, given]) => {
    if (typeof given !== 'function') {
      answers.push({ question, about: undefined, answer: given })
      return [question, given] as const
    }
    const asked = new Set<unknown>()
    const noting = (about: unknown): unknown => {
      const answer = given(about)
      if (!asked.has(about)) answers.push({ question, about, answer })
      asked.add(about)
      return answer
    }
    return [question, noting] as const
  })
  return Object.fromEntries(noted)
}

/** Two lists of the very same things. */
export const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, at) => Object.is(item, other[at]))
