import type { Explanations } from './explanation.ts'
import { componentPages } from './explanations/components.ts'
import { expressionPages } from './explanations/expressions.ts'
import { folderPages } from './explanations/folders.ts'
import { namePages } from './explanations/names.ts'
import { outsidePages } from './explanations/outside.ts'
import { pipelinePages } from './explanations/pipelines.ts'
import { repetitionPages } from './explanations/repetition.ts'
import { typingPages } from './explanations/typing.ts'
import { yamlPages } from './explanations/yaml.ts'

/** A page for every rule of findings, whoever finds it: what `sluice explain RULE` and docs/reference/findings.md show. */
export const explanations: Explanations = {
  ...yamlPages,
  ...componentPages,
  ...namePages,
  ...folderPages,
  ...expressionPages,
  ...typingPages,
  ...pipelinePages,
  ...repetitionPages,
  ...outsidePages,
}
