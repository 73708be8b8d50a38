import { type Expression, Template } from '../core/expression.ts'
import type { PipelineModel, StepModel } from '../core/model.ts'
import { findStep } from './find-step.ts'
import { isStep } from './is-step.ts'
import type { CompileOptions } from './options.ts'
import type { Look } from './step.ts'
import { findTarget } from './target.ts'

/** What a pipeline looks into: a body that nobody does passes as the bytes that it came in. In doubt, it is looked into. */
export interface Reading {
  readonly input: boolean
  /** The steps whose result somebody reads, of those that stand in the pipeline itself; those in blocks count as read. */
  readonly results: ReadonlySet<StepModel>
}

/** Goes through the steps from the last to the first: what stands behind one tells whether its result is read. */
export function analyseReading(model: PipelineModel, options: CompileOptions): Reading {
  // A reply that is kept goes out by any format.
  if (model.output !== undefined || model.cache !== undefined) return { input: true, results: new Set(model.steps) }
  const look = createLook(options)
  const results = new Set<StepModel>()
  let read = look.into(model.reply)
  for (const step of [...model.steps].reverse()) {
    if (read || step.as !== undefined || step.returns !== undefined) results.add(step)
    read = look.into(step) || (read && !isReplaced(step, look, options))
  }
  const input =
    read ||
    model.input !== undefined ||
    look.into([model.catch, model.finally, model.order, model.idempotency, model.channels.map(({ order }) => order)]) ||
    some(model, readsInput)
  return { input, results }
}

function createLook(options: CompileOptions): Look {
  const look: Look = {
    target: call => findTarget(call, options),
    into: value => some(value, readsBody, step => stepLooks(step, look, options)),
  }
  return look
}

function stepLooks(step: StepModel, look: Look, options: CompileOptions): boolean {
  const { looks, replaces } = findStep(step.type, options)
  const bindsBody = step.as !== undefined && replaces?.(step, look) !== true
  return bindsBody || (looks?.(step, look) ?? look.into(step.config)) || look.into([step.when, step.catch, step.finally])
}

/** Whatever the body was, behind the step it is another one. */
function isReplaced(step: StepModel, look: Look, options: CompileOptions): boolean {
  if (step.as !== undefined || step.when !== undefined || step.catch.length > 0) return false
  return findStep(step.type, options).replaces?.(step, look) ?? false
}

const readsBody = ({ reads }: Expression): boolean => reads.body !== 'nothing'
const readsInput = ({ reads }: Expression): boolean => reads.variables.has('input')

/** Whether an expression of a template anywhere in a value passes; a step may be asked as a whole instead. */
function some(value: unknown, passes: (expression: Expression) => boolean, ask?: (step: StepModel) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Template) return value.parts.some(part => typeof part !== 'string' && passes(part))
  if (Array.isArray(value)) return value.some(item => some(item, passes, ask))
  if (ask !== undefined && isStep(value)) return ask(value)
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some(item => some(item, passes, ask))
}
