import type { Receipt, Step, TransformDefinition } from '../core/component.ts'
import type { Tree } from '../core/expression.ts'
import type { Where } from '../core/finding.ts'
import type { Body, Message, Origin } from '../core/message.ts'
import type { PipelineModel, StepModel } from '../core/model.ts'
import type { Logger } from '../core/ports.ts'
import type { Scope } from '../core/scope.ts'
import type { Batches } from '../durable/batches.ts'
import type { Marks } from '../durable/marks.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import type { CheckOf } from './checks.ts'
import type { Formats } from './formats.ts'
import type { Invoked } from './revision.ts'
import type { Target } from './target.ts'
import type { Value } from './tree.ts'
import type { UnreadBodies } from './unread.ts'

/** A verb of the language. Its step gives the message with the result as its body; modifiers are the engine's, around it. */
export interface StepDefinition<Config> {
  readonly kind: 'step'
  compile(model: StepModel<Config>, context: StepContext): Step
  /** Where the step gathers messages: what is done with a batch, `$key` bound. Only of the last step of a pipeline. */
  batch?(model: StepModel<Config>, context: StepContext): Step
  /** Whether it may be done twice without harm, so that a block around it may be retried. By default yes: it reaches nothing outside. */
  repeatable?(model: StepModel<Config>, repeatable: Repeatable): boolean
  /** What the step can fail with: an author's code, or whatever another pipeline can. */
  fails?(model: StepModel<Config>): { readonly code?: string; readonly pipeline?: string }
  /** Whether it looks into the body. By default where a template of its configuration does. */
  looks?(model: StepModel<Config>, look: Look): boolean
  /** Whether its result is a new body, whatever the old one was. By default not. */
  replaces?(model: StepModel<Config>, look: Look): boolean
  /** The verb applies `retry` itself, below the evaluation of its arguments. */
  readonly retries?: true
  /** It may wait, for something outside, the user's code, or its own rounds: such steps are measured. What answers at once costs less than its measure would. */
  readonly waits?: true
}

export const defineStep = <Config>(definition: Omit<StepDefinition<Config>, 'kind'>): StepDefinition<Config> => ({
  kind: 'step',
  ...definition,
})

/** Tells whether things may be done twice without harm, for the verbs to answer by. */
export interface Repeatable {
  steps(models: readonly StepModel[]): boolean
  pipeline(name: string): boolean
  target(call: string): Target
}

/** Tells what looks into a body, for the verbs to answer by. */
export interface Look {
  /** A template in it reads the body, or a step in it does. */
  into(value: unknown): boolean
  target(call: string): Target
}

/** Runs a pipeline for another one. */
export type Invoke = (input: Body, origin: Origin, scope: Scope) => Invoked | Promise<Invoked>

/** Puts a message on the queue of a pipeline, by what came in at the beginning and what its input is now. Rejects with INPUT_INVALID, OVERLOADED, STORE. */
export type Enqueue = (input: Body, origin: Origin) => Promise<Receipt>

/** What a step may need of the revision around it, while it is compiled. */
export interface StepContext {
  readonly pipeline: string
  readonly log: Logger
  /** How many blocks stand around the step. */
  readonly level: number
  readonly formats: Formats
  /** Of components: for the arguments of their operations. */
  readonly schemas: BuiltInSchemas
  /** A tree of the step. */
  value(tree: Tree): Value
  /** True or false of a message; anything else is an error at `where`. */
  condition(tree: Tree, where: Where): (message: Message) => boolean
  /** The steps of a block, one level deeper. Names bound inside end with it. */
  block(steps: readonly StepModel[]): Step
  /** The steps of the pipeline itself. `read`: those whose result somebody looks into. */
  steps(steps: readonly StepModel[], read: ReadonlySet<StepModel>): Step
  /** Whether somebody looks into the result of this step. */
  readonly resultRead: boolean
  readonly unread: UnreadBodies
  readonly repeatable: Repeatable
  readonly check: CheckOf
  /** What `connector.operation` names. */
  target(call: string): Target
  /** Another pipeline; asked for when a message comes, since it may be compiled later than this one. */
  invoke(pipeline: string): Invoke
  /** The queue of another pipeline; made when a message comes, as above. */
  enqueue(pipeline: string): Enqueue
  /** The transform of a plugin, set up for this use. */
  plugin(name: string, config: unknown): ReturnType<TransformDefinition<unknown>['compile']>
  /** Where messages are gathered. */
  batches(): Batches
  /** Another pipeline, or this one, as it is configured. */
  model(pipeline: string): PipelineModel | undefined
  /** Where it is written what was done once. */
  marks(): Marks
  /** Keeps the revision in flight until it settles: for what outlives its message. */
  track(work: Promise<unknown>): void
}
