import type { Tree } from '../core/expression.ts'
import type { Where } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import { expressionError, placeOf } from './expression-error.ts'
import { compileTree } from './tree.ts'

/** A condition: true or false, and anything else, nothing too, is an error. `step` and `where` are named by it. */
export function compileCondition(tree: Tree, step: string, where: Where): (message: Message) => boolean {
  const value = compileTree(tree, step)
  const place = placeOf(tree, { step, where })
  return message => {
    const answer = value(message)
    if (typeof answer === 'boolean') return answer
    throw expressionError(`a condition is neither true nor false but ${name(answer)}: write \`… ?? false\` or a comparison`, place)
  }
}

function name(answer: unknown): string {
  if (answer === undefined) return 'nothing'
  if (answer === null) return 'null'
  if (Array.isArray(answer)) return 'a list'
  if (typeof answer === 'string') return 'a text'
  return typeof answer === 'number' ? 'a number' : 'an object'
}
