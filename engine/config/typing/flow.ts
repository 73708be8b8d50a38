import type { Finding } from '../../core/finding.ts'
import { narrowSurroundings } from '../../expression/typing/narrow.ts'
import { type Type, union, unionOf, unknown } from '../../expression/typing/type.ts'
import { entryOf, type Framed, type FramedComponent, type FramedMap, textOf, whereKey } from '../framed.ts'
import { ordersOf } from '../orders.ts'
import { stepIds } from '../step-ids.ts'
import { type CompiledTrees, TypedExpressions } from './expressions.ts'
import { type Said, type SchemaTypes, schemaTypes, withParams } from './schemas.ts'
import { type Outcome, type State, standing, withVariable } from './state.ts'
import { verbs } from './verbs.ts'

/** The message as it comes to a step, or to the reply. */
export interface StepTypes {
  readonly pipeline: string
  /** The step's id; `reply` after the last one. */
  readonly step: string
  readonly verb: string
  readonly body: Type
  /** What the configuration bound, by name. */
  readonly variables: ReadonlyMap<string, Type>
}

/** What is asked while a pipeline is typed. */
export interface Around extends Said, CompiledTrees {
  readonly name: string
  /** The names in the paths of its channels, as a list in JSON. */
  readonly params: string
  /** What another pipeline answers. */
  readonly reply: (pipeline: string) => Type
  /** Whether what a format of this type renders is a text. */
  readonly isText: (format: string) => boolean
}

export interface TypedPipeline {
  readonly answer: Type
  readonly steps: readonly StepTypes[]
  readonly findings: readonly Finding[]
}

/** Types every expression of one pipeline by what comes to it. */
export function typePipeline(framed: FramedMap, around: Around): TypedPipeline {
  const flow = new Flow(framed, around)
  const answer = flow.pipeline(framed)
  return { answer, steps: flow.steps, findings: flow.expressions.findings }
}

/** The walk through one pipeline. */
class Flow {
  readonly steps: StepTypes[] = []
  readonly schemas: SchemaTypes
  readonly expressions: TypedExpressions
  readonly #around: Around
  readonly #ids: ReadonlyMap<FramedComponent, string>
  readonly #answers: Type[] = []

  constructor(framed: FramedMap, around: Around) {
    this.schemas = schemaTypes(around)
    this.expressions = new TypedExpressions(around)
    this.#around = around
    this.#ids = stepIds(framed)
  }

  reply(pipeline: string): Type {
    return this.#around.reply(pipeline)
  }

  isText(format: string): boolean {
    return this.#around.isText(format)
  }

  /** The steps of a block; names bound in it end with it. */
  block(list: Framed | undefined, state: State): Outcome {
    const { body, ended, replaced } = this.#sequence(list, state)
    return { body, ended, replaced }
  }

  /** An answer that a step gives. */
  answers(type: Type): void {
    this.#answers.push(type)
  }

  /** What the whole pipeline answers. */
  pipeline(framed: FramedMap): Type {
    const params: readonly string[] = JSON.parse(this.#around.params)
    const input = withParams(this.schemas.of(entryOf(framed, 'input')), params)
    const entered: State = { body: input, variables: standing(input, params), ended: false }
    for (const order of ordersOf(framed)) this.expressions.tree(order, entered)
    for (const name of ['idempotency', 'cache']) this.expressions.tree(entryOf(entryOf(framed, name), 'key'), entered)
    const main = this.#sequence(entryOf(framed, 'steps'), entered)
    const caught = this.#catches(entryOf(framed, 'catch'), entered)
    this.block(entryOf(framed, 'finally'), entered)
    this.block(entryOf(framed, 'deadLetter'), { body: unknown, variables: standing(unknown, params), ended: false })
    const body = bodyOf([main, ...caught], main.body)
    const state: State = { ...main.state, body }
    this.#record(state, 'reply', '')
    const reply = entryOf(framed, 'reply')
    this.expressions.tree(withoutBody(reply), state)
    const given = entryOf(reply, 'body')
    const answer = given === undefined ? body : this.expressions.tree(given, state)
    const said = entryOf(framed, 'output')
    return said === undefined ? unionOf([answer, ...this.#answers]) : this.schemas.of(said)
  }

  #sequence(list: Framed | undefined, entered: State): Outcome & { readonly state: State } {
    let state = entered
    let replaced = false
    for (const item of list?.kind === 'list' ? list.items : []) {
      const next = item.kind === 'component' ? this.#step(item, state) : item.kind === 'unknown' ? forgetful(state, item.binds) : state
      replaced ||= next.before !== state.before || item.kind === 'unknown'
      state = next
    }
    return { body: state.body, ended: state.ended, replaced, state }
  }

  /** The message after a step: its modifiers around its verb. */
  #step(step: FramedComponent, state: State): State {
    const { modifiers, config, type } = step
    this.#record(state, this.#ids.get(step) ?? '', type)
    const condition = this.expressions.condition(entryOf(modifiers, 'when'), state)
    const entered = condition === undefined ? state : narrowSurroundings(state, condition, true)
    const verb = verbs[type]
    const ran = verb === undefined ? { ...entered, body: unknown, replaced: true } : verb(config, entered, { flow: this, step })
    const returns = entryOf(modifiers, 'returns')
    const own = returns === undefined ? ran : { ...ran, body: this.schemas.of(returns) }
    const caught = this.#catches(entryOf(modifiers, 'catch'), entered)
    this.block(entryOf(modifiers, 'finally'), entered)
    const after = this.#after(step, { entered, own, caught })
    if (!entryOf(modifiers, 'when')) return after
    if (after.ended) return condition === undefined ? state : narrowSurroundings(state, condition, false)
    const variables = skippable(state.variables, after.variables)
    return { ...after, variables, body: after.body === entered.body ? state.body : union(after.body, state.body) }
  }

  #after(step: FramedComponent, { entered, own, caught }: Ran): State {
    const outcomes = [own, ...caught]
    const ended = outcomes.every(outcome => outcome.ended)
    const variables = 'variables' in own ? own.variables : entered.variables
    const as = textOf(entryOf(step.modifiers, 'as'))
    const result = bodyOf(outcomes, own.body)
    if (as !== undefined) return { ...withVariable({ ...entered, variables }, as, result), ended }
    if (!outcomes.some(outcome => outcome.replaced)) return { ...entered, variables, body: result, ended }
    const { line, column } = whereKey(step)
    const input = entered.variables.get('input') ?? unknown
    return {
      ...entered,
      variables,
      body: result,
      ended,
      before: { type: input, name: '$input', because: `${step.type} at ${line}:${column} replaced it` },
    }
  }

  /** What each entry of a `catch` leaves; it sees the message as it entered. */
  #catches(list: Framed | undefined, entered: State): readonly Outcome[] {
    if (list?.kind !== 'list') return []
    return list.items.map(item => {
      const condition = this.expressions.condition(entryOf(item, 'when'), entered)
      const state = condition === undefined ? entered : narrowSurroundings(entered, condition, true)
      return this.block(entryOf(item, 'steps'), state)
    })
  }

  #record({ body, variables }: State, step: string, verb: string): void {
    if (this.expressions.silent) return
    const bound = [...variables].filter(([name]) => !always.has(name))
    this.steps.push({ pipeline: this.#around.name, step, verb, body, variables: new Map(bound) })
  }
}

interface Ran {
  readonly entered: State
  readonly own: Outcome | (Outcome & { readonly variables: State['variables'] })
  readonly caught: readonly Outcome[]
}

const always: ReadonlySet<string> = new Set(standing(unknown, []).keys())

/** A name that was bound before keeps what it was, where the step that binds it again is skipped. */
function skippable(before: State['variables'], after: State['variables']): State['variables'] {
  if (before === after) return after
  return new Map([...after].map(([name, type]) => [name, union(type, before.get(name) ?? type)]))
}

/** The body of whichever goes on. */
function bodyOf(outcomes: readonly Outcome[], otherwise: Type): Type {
  const going = outcomes.filter(outcome => !outcome.ended)
  return going.length === 0 ? otherwise : unionOf(going.map(outcome => outcome.body))
}

/** After a step that nobody understands anything may be. */
function forgetful(state: State, binds: readonly string[]): State {
  return binds.reduce((known, name) => withVariable(known, name, unknown), { ...state, body: unknown, before: undefined })
}

function withoutBody(reply: Framed | undefined): Framed | undefined {
  if (reply?.kind !== 'map') return reply
  return { ...reply, entries: new Map([...reply.entries].filter(([name]) => name !== 'body')) }
}
