import type { SetStep } from '../../core/config.gen.ts'
import { defineStep } from '../step.ts'

/** Binds variables, each of which sees those before it; the body stays. */
export default defineStep<SetStep>({
  compile: ({ config }, context) => {
    const entries = Object.entries(config.set).map(([name, tree]) => ({ name, value: context.value(tree) }))
    return message => {
      let current = message
      for (const { name, value } of entries) current = { ...current, vars: { ...current.vars, [name]: value(current) } }
      return current
    }
  },
})
