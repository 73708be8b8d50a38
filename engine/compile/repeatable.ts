import type { PipelineModel } from '../core/model.ts'
import { findStep } from './find-step.ts'
import type { CompileOptions } from './options.ts'
import type { Repeatable } from './step.ts'
import type { Target } from './target.ts'

/** Told by the models alone, before anything is compiled. */
export function createRepeatable(
  options: CompileOptions,
  { target, pipeline }: { readonly target: (call: string) => Target; readonly pipeline: (name: string) => PipelineModel | undefined },
): Repeatable {
  const entered = new Set<string>()
  const repeatable: Repeatable = {
    target,
    steps: models =>
      models.every(
        model =>
          (findStep(model.type, options).repeatable?.(model, repeatable) ?? true) &&
          model.catch.every(({ steps }) => repeatable.steps(steps)) &&
          repeatable.steps(model.finally),
      ),
    // One that is being looked at already, since pipelines invoke each other, decides nothing.
    pipeline: name => {
      const model = pipeline(name)
      if (model === undefined || entered.has(name)) return true
      entered.add(name)
      const answer = repeatable.steps([...model.steps, ...model.finally, ...model.catch.flatMap(({ steps }) => steps)])
      entered.delete(name)
      return answer
    },
  }
  return repeatable
}
