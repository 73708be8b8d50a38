import type { StepTypes } from '../config/typing/flow.ts'
import { typeText } from '../expression/typing/type-text.ts'

/** The message as it comes to each step, a line for each: `steps/1 call  { rate: text, day?: number }  $date: text`. */
export function stepTypes(types: readonly StepTypes[]): string {
  const pipelines = [...new Set(types.map(({ pipeline }) => pipeline))]
  return pipelines
    .map(pipeline => {
      const steps = types.filter(step => step.pipeline === pipeline)
      const width = Math.max(...steps.map(step => titleOf(step).length))
      return [pipeline, ...steps.map(step => `  ${titleOf(step).padEnd(width)}  ${messageOf(step)}`), ''].join('\n')
    })
    .join('\n')
}

const titleOf = ({ step, verb }: StepTypes): string => `${step} ${verb}`.trim()

function messageOf({ body, variables }: StepTypes): string {
  const bound = [...variables].map(([name, type]) => `$${name}: ${typeText(type)}`)
  return [typeText(body), ...(bound.length === 0 ? [] : [bound.join(', ')])].join('  ')
}
