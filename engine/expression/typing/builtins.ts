import { knownFunctions } from '../functions/table.ts'
import type { Argument } from './argument.ts'
import { type Environment, type Infer, withParameters } from './environment.ts'
import { checkArguments } from './operand.ts'
import {
  boolean,
  each,
  listOf,
  maybe,
  number,
  type ObjectForm,
  objectOf,
  present,
  someOf,
  type Type,
  text,
  union,
  unknown,
} from './type.ts'

/** What a built-in function gives for its arguments. */
export function resultOf(name: string, args: readonly Argument[], environment: Environment, infer: Infer): Type {
  const calling: Calling = { args, environment, infer }
  const known = knownFunctions.get(name)
  if (known !== undefined) checkArguments(known, args, environment)
  const special = results.get(name)
  const type = special === undefined ? bySignature(name) : special(calling)
  if (!handed.has(name)) for (const at of args.keys()) applied(calling, at, [])
  return args[0]?.type.missing === true && !always.has(name) ? maybe(type) : type
}

interface Calling {
  readonly args: readonly Argument[]
  readonly environment: Environment
  readonly infer: Infer
}

/** Those that give something where their first argument is nothing. */
const always: ReadonlySet<string> = new Set(['exists', 'count', 'append', 'zip', 'now', 'millis', 'random', 'uuid', 'reduce'])

/** The result as the function's signature says: `<s-:s>`. */
function bySignature(name: string): Type {
  const said = /:(\w(?:<\w>)?)>$/.exec(knownFunctions.get(name)?.signature ?? '')?.[1] ?? ''
  return bySymbol.get(said) ?? unknown
}
const bySymbol: ReadonlyMap<string, Type> = new Map([
  ['s', text],
  ['n', number],
  ['b', boolean],
  ['a<s>', someOf(text)],
])

const argument = ({ args }: Calling, at: number): Type => args[at]?.type ?? unknown
const items = (calling: Calling): Type => each(argument(calling, 0)).one

/** What a function among the arguments gives when it is called with these types; one that stands there by name is not looked into. */
function applied({ args, environment, infer }: Calling, at: number, types: readonly Type[]): Type {
  const node = args[at]?.node
  return node?.type === 'lambda' ? infer(node.body, withParameters(node, types, environment)) : unknown
}

const keptAll = (calling: Calling): Type => someOf(items(calling))

/** Those that say themselves what their function is called with. */
const handed: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'sort', 'single', 'each', 'sift'])

const results: ReadonlyMap<string, (calling: Calling) => Type> = new Map([
  ['map', calling => someOf(applied(calling, 1, [items(calling), number, argument(calling, 0)]))],
  [
    'filter',
    calling => {
      const one = items(calling)
      applied(calling, 1, [one, number, argument(calling, 0)])
      return someOf(one)
    },
  ],
  [
    'single',
    calling => {
      const one = items(calling)
      applied(calling, 1, [one, number, argument(calling, 0)])
      return one
    },
  ],
  [
    'sort',
    calling => {
      const one = items(calling)
      applied(calling, 1, [one, one])
      return someOf(one)
    },
  ],
  [
    'reduce',
    calling => {
      applied(calling, 1, [unknown, items(calling), number, argument(calling, 0)])
      return unknown
    },
  ],
  ['each', calling => someOf(applied(calling, 1, [unknown, text]))],
  [
    'sift',
    calling => {
      applied(calling, 1, [unknown, text])
      return unknown
    },
  ],
  [
    'append',
    calling => {
      const both = [argument(calling, 0), argument(calling, 1)].map(type => each(type).one)
      const [first, second] = both
      return first === undefined || second === undefined ? unknown : someOf(union(first, second))
    },
  ],
  ['reverse', keptAll],
  ['shuffle', keptAll],
  ['distinct', keptAll],
  ['clone', keptAll],
  ['merge', calling => merged(items(calling))],
  ['split', () => listOf(text)],
  [
    'match',
    () =>
      someOf(
        objectOf([
          ['match', text],
          ['index', number],
          ['groups', listOf(text)],
        ]),
      ),
  ],
])

/** All fields of all of them; which of them are there is not known of a list. */
function merged({ forms }: Type): Type {
  const fields = new Map<string, Type>()
  let others: ObjectForm['others'] = 'closed'
  for (const form of forms ?? []) {
    if (form.kind !== 'object') return unknown
    for (const [name, type] of form.fields) fields.set(name, fields.has(name) ? union(fields.get(name) ?? unknown, type) : type)
    if (form.others !== 'closed') others = typeof form.others === 'object' || others !== 'closed' ? unknown : form.others
  }
  const certain = [...fields].map(([name, type]) => [name, present(type)] as const)
  return forms === undefined ? unknown : objectOf(certain, others)
}
