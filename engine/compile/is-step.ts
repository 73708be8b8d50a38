import type { StepModel } from '../core/model.ts'

/** A step in what a loader froze. Nothing that an author writes has a `where` beside a `kind`: no tree of a step passes for one by chance. */
export const isStep = (value: object): value is StepModel =>
  'kind' in value && value.kind === 'step' && 'where' in value && 'config' in value && 'catch' in value
