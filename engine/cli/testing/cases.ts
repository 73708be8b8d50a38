import type { LoadedTest } from '../../config/loaded-test.ts'
import type { Where } from '../../core/finding.ts'
import type { Json } from '../../core/message.ts'

export type Given = NonNullable<LoadedTest['given']>[number]
export type Mock = NonNullable<LoadedTest['mock']>[string][number]
export type Expected = NonNullable<LoadedTest['expect']>[number]

/** One run: messages one after the other, what is expected of each, and the mocks they share. */
export interface Scenario {
  readonly name: string
  readonly pipeline: string
  readonly where: Where
  readonly messages: readonly { readonly given: Given; readonly expected: Expected }[]
  readonly mock: Readonly<Record<string, readonly Mock[]>>
  /** Why it cannot be run. */
  readonly fault?: string | undefined
}

/** A test as runs: itself, or one for each of its `cases`, whose values are laid over its own. */
export function scenarios(test: LoadedTest): readonly Scenario[] {
  const { name, pipeline, where, given = [{}], expect = [{}], mock = {} } = test
  const fault = unlike(test)
  if (test.cases === undefined) return [{ name, pipeline, where, mock, fault, messages: pair(given, expect) }]
  return test.cases.map((one, at) => ({
    name: `${name}: ${one.name ?? at + 1}`,
    pipeline,
    where,
    fault,
    mock: {
      ...mock,
      ...Object.fromEntries(Object.entries(one.mock ?? {}).map(([operation, answers]) => [operation, list<Mock>(answers)])),
    },
    messages: pair(
      given.map(message => ({ ...message, ...one.given })),
      expect.map(message => ({ ...message, ...one.expect })),
    ),
  }))
}

/** Of two lists that are both written, each message has its own expectation. */
function unlike({ given, expect }: LoadedTest): string | undefined {
  if (given === undefined || expect === undefined || given.length === expect.length) return undefined
  return `"given" has ${given.length} messages and "expect" ${expect.length}: write lists of one length`
}

function pair(given: readonly Given[], expect: readonly Expected[]): Scenario['messages'] {
  const count = Math.max(given.length, expect.length)
  return Array.from({ length: count }, (_, at) => ({ given: given[at] ?? {}, expected: expect[at] ?? {} }))
}

/** The schema of a test lets one thing stand for a list of it; it leaves the inside of `cases` as it is written. */
function list<Item>(value: Json): readonly Item[] {
  return (Array.isArray(value) ? value : [value]) as unknown as readonly Item[]
}
