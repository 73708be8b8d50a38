import type { Step } from '../core/component.ts'
import { formatDuration } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'
import type { Body, Message, Origin } from '../core/message.ts'
import type { PipelineModel } from '../core/model.ts'
import { limit, type Scope } from '../core/scope.ts'
import type { Check } from '../schema/message.ts'
import type { Asked } from './asked.ts'
import { chain, settle } from './chain.ts'
import { caught } from './policies/catch.ts'
import { finished } from './policies/finally.ts'
import type { Slots } from './policies/slots.ts'
import type { Reading } from './reading.ts'
import { compileReply } from './reply.ts'
import type { Invoked } from './revision.ts'
import type { Invoke, StepContext } from './step.ts'

/** A pipeline between its bytes: values in, values out. */
export interface Flow {
  readonly model: PipelineModel
  /** Whether it looks into what comes in; where not, bytes may be handed to it unread. */
  readonly readsInput: boolean
  /** The input as the steps see it. Throws INPUT_INVALID. `coerce: false`: the format said so. */
  accept(input: Body, coerce: boolean): Body
  /** Checks the input, runs the steps, checks the output, and goes on with the answer; admission and time are the caller's. */
  run: RunFlow
  /** The same for one who waits for the answer: it may be one that is kept. */
  readonly ask: RunFlow
  /** What is done with a batch of messages that it gathered; undefined: it gathers none. */
  readonly batch: Step | undefined
  /** Puts a message elsewhere that is given up; undefined: the store keeps it. */
  readonly deadLetter: Step | undefined
  /** The same within its own concurrency and timeout: what another pipeline does. The answer has been read. */
  readonly invoke: Invoke
}

export type RunFlow = <Output>(work: FlowWork, finish: (answer: Invoked) => Output | Promise<Output>) => Output | Promise<Output>

export interface FlowWork {
  readonly input: Body
  readonly origin: Origin
  readonly scope: Scope
  /** False where the format said so. */
  readonly coerce: boolean
}

export interface FlowOptions {
  readonly context: StepContext
  readonly reading: Reading
  readonly batch: Step | undefined
  /** Stands around the runs that somebody waits for. */
  readonly asked: Asked | undefined
  /** Its `concurrency`, where it has one. */
  readonly slots: Slots | undefined
}

export function compileFlow(model: PipelineModel, { context, reading, batch, asked, slots }: FlowOptions): Flow {
  const accept = inputCheck(model, context)
  const work = stepsOf(model, context, reading)
  const reply = compileReply(model.reply, { step: 'reply', where: model.where })
  const approve = model.output === undefined ? undefined : context.check(model.output)

  const answerOf = (message: Message): Invoked => {
    const answer = message.reply === undefined ? reply(message) : { ...message.reply, body: message.body }
    return approve === undefined ? answer : { ...answer, body: approved(approve, answer.body) }
  }
  const run: RunFlow = ({ input, origin, scope, coerce }, finish) => {
    const body = accept(input, coerce)
    return chain(work({ body, input: body, vars: none, origin }, scope), message => finish(answerOf(message)))
  }
  const ask: RunFlow = (given, finish) => {
    if (asked === undefined) return run(given, finish)
    const { origin, scope } = given
    const body = accept(given.input, given.coerce)
    return chain(
      asked(body, origin, () => chain(work({ body, input: body, vars: none, origin }, scope), answerOf)),
      finish,
    )
  }
  const invoke: Invoke = (input, origin, scope) => {
    if (slots?.take() === false) throw slots.refusal()
    return settle<Invoked, Invoked>(
      () => within(model, scope, inner => ask({ input: input ?? {}, origin, scope: inner, coerce: true }, answer => answer)),
      answer => {
        slots?.leave()
        return { ...answer, body: context.unread.read(answer.body) }
      },
      thrown => {
        slots?.leave()
        throw thrown
      },
    )
  }
  const deadLetter = model.deadLetter === 'store' ? undefined : context.block(model.deadLetter)
  return { model, readsInput: reading.input, accept, run, ask, batch, deadLetter, invoke }
}

const none = Object.freeze({})

function stepsOf(model: PipelineModel, context: StepContext, { results }: Reading): ReturnType<StepContext['block']> {
  const steps = context.steps(model.steps, results)
  const guarded = model.catch.length === 0 ? steps : caught(model.catch, context)(steps)
  return model.finally.length === 0 ? guarded : finished(model.finally, context)(guarded)
}

function inputCheck({ name, input }: PipelineModel, context: StepContext): (body: Body, coerce: boolean) => Body {
  if (input === undefined) return body => body
  const coercing = context.check(input)
  const strict = context.check(input, { coerce: false })
  return (body, coerce) => {
    const { value, violations, count } = (coerce ? coercing : strict)(body)
    if (count === 0) return value
    throw new SluiceError('INPUT_INVALID', `the message violates the input schema of ${name}`, { violations, violationCount: count })
  }
}

function approved(check: Check, body: Body): Body {
  if (body instanceof Uint8Array || body instanceof Blob)
    throw outputInvalid([{ pointer: '', text: 'is bytes, of which a schema says nothing' }], 1)
  const { value, violations, count } = check(body)
  if (count === 0) return value
  throw outputInvalid(violations, count)
}

const outputInvalid = (violations: ReturnType<Check>['violations'], violationCount: number): SluiceError =>
  new SluiceError('OUTPUT_INVALID', 'the reply violates the output schema', { violations, violationCount })

function within(model: PipelineModel, scope: Scope, run: (scope: Scope) => Invoked | Promise<Invoked>): Invoked | Promise<Invoked> {
  const { name, timeout } = model
  if (timeout === undefined) return run(scope)
  return limit(scope, timeout, () => new SluiceError('TIMEOUT', `the pipeline ${name} took longer than ${formatDuration(timeout)}`), run)
}
