import type { EachStep } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Body, Json, Message } from '../../core/message.ts'
import { chain } from '../chain.ts'
import { runLanes } from '../lanes.ts'
import { defineStep } from '../step.ts'

/** The most items of one step. */
const mostItems = 1_000_000

/** The steps for every item, or for every list of up to `batch`. Each sees the message with the item as its body, never what another bound. */
export default defineStep<EachStep>({
  waits: true,
  compile: ({ config }, context) => {
    const { batch, collect, concurrency } = config
    const items = context.value(config.each)
    const steps = context.block(config.steps)
    return (message, scope) => {
      const list = batches(listOf(items(message)), batch)
      const bodies = runLanes(list.length, concurrency, (index, inner) => steps(entered(message, list[index], index), inner), scope)
      return chain(bodies, results => (collect ? { ...message, body: results.filter(isJson) } : message))
    }
  },
  repeatable: ({ config }, { steps }) => steps(config.steps),
})

const entered = (message: Message, item: Body, index: number): Message => ({
  ...message,
  body: item,
  vars: { ...message.vars, item, index },
})

/** Nothing is no item, one thing is one. */
function listOf(value: Body): readonly Body[] {
  if (value === undefined) return []
  if (!isList(value)) return [value]
  if (value.length > mostItems) throw new SluiceError('LIMIT', `there are more than ${mostItems} items`)
  return value
}

const isList = (value: Body): value is readonly Json[] => Array.isArray(value)

function batches(items: readonly Body[], size: number | undefined): readonly Body[] {
  if (size === undefined) return items
  const lists: Body[] = []
  for (let at = 0; at < items.length; at += size) lists.push(items.slice(at, at + size).filter(isJson))
  return lists
}

/** A list has no place for nothing; bytes in one are what an item's steps made, and go no further than the next format. */
const isJson = (value: Body): value is Json => value !== undefined
