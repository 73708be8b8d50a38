import { SluiceError } from '../core/errors.ts'
import type { CompileOptions } from './options.ts'
import type { StepDefinition } from './step.ts'

/** What a verb does. Its configuration was checked against the schema that its type is generated from: hence `unknown` for it. */
export function findStep(verb: string, { definitions }: CompileOptions): StepDefinition<unknown> {
  const found = definitions('step', verb)
  // Only `defineStep` makes this kind.
  if (found.kind === 'step') return found as StepDefinition<unknown>
  throw new SluiceError('INTERNAL', `the verb "${verb}" is none`)
}
