import type { Step } from '../../core/component.ts'
import type { RepeatStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Message } from '../../core/message.ts'
import type { Scope } from '../../core/scope.ts'
import { Pace } from '../pace.ts'
import { defineStep } from '../step.ts'

/** The steps again and again while the condition holds. From round to round the body alone is handed on. */
export default defineStep<RepeatStep>({
  waits: true,
  compile: ({ config, where }, context) => {
    const { max } = config.repeat
    const loop: Loop = { holds: context.condition(config.repeat.while, where), steps: context.block(config.steps), max }
    return (message, scope) => run(loop, message, scope)
  },
  repeatable: ({ config }, { steps }) => steps(config.steps),
})

interface Loop {
  holds(message: Message): boolean
  readonly steps: Step
  readonly max: number
}

/** Without a promise while the steps answer at once and are quick about it. */
function run(loop: Loop, message: Message, scope: Scope): Message | Promise<Message> {
  const pace = new Pace()
  let current = message
  for (let round = 0; goesOn(loop, current, round, scope); round++) {
    const answer = loop.steps(current, scope)
    if (answer instanceof Promise || pace.due) return runOn(loop, message, answer, round + 1, scope)
    if (answer.reply !== undefined) return answer
    current = { ...message, body: answer.body }
  }
  return current
}

async function runOn(loop: Loop, message: Message, begun: Message | Promise<Message>, from: number, scope: Scope): Promise<Message> {
  const pace = new Pace()
  let answer = await begun
  for (let round = from; ; round++) {
    if (answer.reply !== undefined) return answer
    const current = { ...message, body: answer.body }
    if (!goesOn(loop, current, round, scope)) return current
    if (pace.due) await pace.yield()
    answer = await loop.steps(current, scope)
  }
}

function goesOn({ holds, max }: Loop, message: Message, round: number, scope: Scope): boolean {
  scope.check()
  if (!holds(message)) return false
  if (round >= max) throw new SluiceError('LIMIT', `\`repeat\` reached its limit of ${max} rounds`)
  return true
}
