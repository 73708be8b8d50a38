import type { ChooseStep } from '../../core/config.gen.ts'
import { defineStep } from '../step.ts'

/** The steps of the first branch whose condition is true; where none is, the message passes on unchanged. */
export default defineStep<ChooseStep>({
  compile: ({ config, where }, context) => {
    const branches = config.choose.map(branch => ({
      holds: branch.when === undefined ? () => true : context.condition(branch.when, where),
      steps: context.block(branch.otherwise ?? branch.steps ?? []),
    }))
    return (message, scope) => branches.find(({ holds }) => holds(message))?.steps(message, scope) ?? message
  },
  repeatable: ({ config }, { steps }) => config.choose.every(branch => steps(branch.otherwise ?? branch.steps ?? [])),
})
