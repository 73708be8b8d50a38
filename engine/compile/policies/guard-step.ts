import type { Policy, Step } from '../../core/component.ts'
import type { StepModel } from '../../core/model.ts'
import type { StepContext, StepDefinition } from '../step.ts'
import { bound } from './bound.ts'
import { caught } from './catch.ts'
import { finished } from './finally.ts'
import { located } from './located.ts'
import { observed } from './observed.ts'
import { retry } from './retry.ts'
import { returned } from './returned.ts'
import { timeout } from './timeout.ts'
import { when } from './when.ts'

/** What stands around every step: the first line is the outermost. Around them all, the sequence puts the step's place on errors. */
export function guardStep(step: Step, model: StepModel, definition: StepDefinition<unknown>, context: StepContext): Step {
  const place = { step: model.id, where: model.where }
  return stack(step, [
    model.when !== undefined && when(model.when, model, context),
    observed(model, context.level),
    model.finally.length > 0 && finished(model.finally, context),
    model.as !== undefined && bound(model.as),
    model.catch.length > 0 && caught(model.catch, context),
    model.catch.length + model.finally.length > 0 && located(place),
    model.timeout !== undefined && timeout(model.timeout, `step ${model.id}`),
    model.retry !== undefined &&
      definition.retries !== true &&
      retry(model.retry, { place, idempotent: isRepeatable(model, context), single: false }),
    model.returns !== undefined && returned(context.check(model.returns)),
  ])
}

const stack = (step: Step, policies: readonly (Policy | false)[]): Step =>
  policies.reduceRight<Step>((next, policy) => (policy === false ? next : policy(next)), step)

/** Of a block, each part must be fit to be done twice. */
const isRepeatable = (model: StepModel, context: StepContext): boolean => model.idempotent || context.repeatable.steps([model])
