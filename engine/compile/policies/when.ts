import type { Policy } from '../../core/component.ts'
import type { Tree } from '../../core/expression.ts'
import type { StepModel } from '../../core/model.ts'
import type { StepContext } from '../step.ts'
import { tell } from './observed.ts'

/** Runs the step where the condition is true, passes the message on where it is false. */
export function when(tree: Tree, model: StepModel, context: StepContext): Policy {
  const holds = context.condition(tree, model.where)
  return next => (message, scope) => {
    if (holds(message)) return next(message, scope)
    tell(scope, { step: model.id, verb: model.type, input: message.body, durationMs: 0, skipped: true, depth: context.level + scope.depth })
    return message
  }
}
