import { narrowSurroundings } from '../../expression/typing/narrow.ts'
import { intersection } from '../../expression/typing/schema-type.ts'
import { each, listOf, number, objectOf, present, type Type, text, union, unionOf, unknown, widen } from '../../expression/typing/type.ts'
import { typeText } from '../../expression/typing/type-text.ts'
import { entryOf, type Framed, type FramedComponent, textOf } from '../framed.ts'
import type { TypedExpressions } from './expressions.ts'
import type { SchemaTypes } from './schemas.ts'
import { type Outcome, type State, standing, withVariable } from './state.ts'

/** What a verb makes of a message. `variables`, where it binds names itself. */
export type Verb = (config: Framed, state: State, around: Around) => Outcome & { readonly variables?: State['variables'] }

interface Around {
  readonly flow: Walking
  readonly step: FramedComponent
}

/** What a verb may ask of the walk around it. */
interface Walking {
  readonly expressions: TypedExpressions
  readonly schemas: SchemaTypes
  /** Whether what a format of this type renders is a text. */
  isText(type: string): boolean
  /** The steps of a block; names bound in it end with it. */
  block(list: Framed | undefined, state: State): Outcome
  /** What a pipeline answers. */
  reply(name: string): Type
  /** An answer that a step gives. */
  answers(type: Type): void
}

/** Verb by verb; of one that is not here nothing is known. */
export const verbs: Readonly<Record<string, Verb>> = {
  call: (config, state, { flow }) => {
    flow.expressions.tree(entryOf(config, 'with'), state)
    const type = flow.schemas.operation(textOf(entryOf(config, 'call')))
    return type === 'unchanged' ? kept(state) : replacedBy(type)
  },
  transform: (config, state, { flow }) => replacedBy(flow.expressions.tree(entryOf(config, 'transform'), state)),
  set: (config, state, { flow }) => {
    const names = entryOf(config, 'set')
    let bound = state
    if (names?.kind === 'map')
      for (const [name, value] of names.entries) bound = withVariable(bound, name, flow.expressions.tree(value, bound))
    return { ...kept(state), variables: bound.variables }
  },
  validate: (config, state, { flow }) => ({ ...kept(state), body: validated(state.body, flow.schemas.of(entryOf(config, 'validate'))) }),
  parse: (config, state, { flow }) => {
    flow.expressions.tree(entryOf(config, 'from'), state)
    return replacedBy(unknown)
  },
  format: (config, state, { flow }) => {
    flow.expressions.tree(entryOf(config, 'from'), state)
    const format = entryOf(config, 'format')
    return replacedBy(format?.kind === 'component' && flow.isText(format.type) ? text : unknown)
  },
  plugin: () => replacedBy(unknown),
  invoke: (config, state, { flow }) => {
    flow.expressions.tree(entryOf(config, 'with'), state)
    if (isTrue(entryOf(config, 'async'))) return replacedBy(receipt)
    const name = textOf(entryOf(config, 'invoke'))
    return replacedBy(name === undefined ? unknown : flow.reply(name))
  },
  choose: (config, state, { flow }) => {
    const list = entryOf(config, 'choose')
    let rest = state
    let last = false
    const outcomes: Outcome[] = []
    for (const branch of list?.kind === 'list' ? list.items : []) {
      const condition = flow.expressions.condition(entryOf(branch, 'when'), rest)
      const otherwise = entryOf(branch, 'otherwise')
      const entered = condition === undefined ? rest : narrowSurroundings(rest, condition, true)
      outcomes.push(flow.block(otherwise ?? entryOf(branch, 'steps'), entered))
      if (condition !== undefined) rest = narrowSurroundings(rest, condition, false)
      last ||= otherwise !== undefined
    }
    return together(last ? outcomes : [...outcomes, kept(rest)], state)
  },
  each: (config, state, { flow, step }) => {
    const { one } = each(flow.expressions.tree(entryOf(config, 'each'), state))
    const item = entryOf(config, 'batch') === undefined ? one : listOf(one)
    const input = state.variables.get('input') ?? unknown
    const before = { type: input, name: '$input', because: `inside ${step.type} it is the item` }
    const inside = withVariable(withVariable({ ...state, body: item, before }, 'item', item), 'index', number)
    const { body } = flow.block(entryOf(config, 'steps'), inside)
    const collect = entryOf(config, 'collect')
    return isTrue(collect) ? replacedBy(listOf(body)) : kept(state)
  },
  repeat: (config, state, { flow }) => {
    const steps = entryOf(config, 'steps')
    const round = (body: Type): Type => {
      const entered = { ...state, body }
      const condition = flow.expressions.condition(entryOf(entryOf(config, 'repeat'), 'while'), entered)
      return flow.block(steps, condition === undefined ? entered : narrowSurroundings(entered, condition, true)).body
    }
    const body = flow.expressions.silently(() => stable(widen(state.body), round))
    const after = round(body)
    return { body: union(body, after), replaced: true, ended: false }
  },
  parallel: (config, state, { flow }) => {
    const blocks = entryOf(config, 'parallel')
    const branches = blocks?.kind === 'map' ? [...blocks.entries].map(([name, list]) => ({ name, ...flow.block(list, state) })) : []
    const wait = textOf(entryOf(config, 'wait'))
    if (wait === 'any') return replacedBy(unionOf(branches.map(({ body }) => body)))
    const fields = branches.map(({ name, body }) => [name, wait === 'settled' ? settled(body, state) : body] as const)
    return replacedBy(objectOf(fields))
  },
  aggregate: (config, state, { flow }) => {
    flow.expressions.tree(entryOf(config, 'aggregate'), state)
    const list = listOf(widen(state.body))
    flow.block(entryOf(config, 'steps'), withVariable({ ...state, body: list, variables: standing(list, []) }, 'key', unknown))
    return kept(state)
  },
  once: (config, state, { flow }) => {
    flow.expressions.tree(entryOf(config, 'once'), state)
    return flow.block(entryOf(config, 'steps'), state)
  },
  do: (config, state, { flow }) => flow.block(entryOf(config, 'do'), state),
  respond: (config, state, { flow }) => {
    const reply = entryOf(config, 'respond')
    flow.expressions.tree(reply, state)
    const body = entryOf(reply, 'body')
    flow.answers(body === undefined ? state.body : flow.expressions.silently(() => flow.expressions.tree(body, state)))
    return { ...kept(state), ended: true }
  },
  fail: (config, state, { flow }) => {
    flow.expressions.tree(config, state)
    return { ...kept(state), ended: true }
  },
  log: (config, state, { flow }) => {
    flow.expressions.tree(config, state)
    return kept(state)
  },
  delay: (_, state) => kept(state),
}

const isTrue = (framed: Framed | undefined): boolean => framed?.kind === 'scalar' && framed.value === true

/** What is known of a message that was put on a queue. */
const receipt: Type = objectOf([
  ['id', text],
  ['state', text],
  ['at', text],
])

const kept = ({ body }: State): Outcome => ({ body, replaced: false, ended: false })
const replacedBy = (body: Type): Outcome => ({ body, replaced: true, ended: false })

/** The one of several that was taken. */
function together(outcomes: readonly Outcome[], state: State): Outcome {
  const going = outcomes.filter(outcome => !outcome.ended)
  if (going.length === 0) return { ...kept(state), ended: true }
  const replaced = going.some(outcome => outcome.replaced)
  return { body: replaced ? unionOf(going.map(outcome => outcome.body)) : state.body, replaced, ended: false }
}

/** What a validated body is: as its schema says, with what it had besides. */
const validated = (body: Type, schema: Type): Type => (schema.forms === undefined ? body : intersection(schema, body))

/** What comes to every round: what came to the first, or what one before left. Unknown where that does not settle. */
function stable(first: Type, round: (body: Type) => Type): Type {
  const second = union(first, widen(round(first)))
  const third = union(second, widen(round(second)))
  return typeText(third) === typeText(second) ? second : unknown
}

/** `{ value }` or `{ error }`. */
function settled(body: Type, { variables }: State): Type {
  return objectOf([
    ['value', present(body)],
    ['error', variables.get('error') ?? unknown],
  ])
}
