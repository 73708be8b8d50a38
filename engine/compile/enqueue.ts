import type { Body, Inbound } from '../core/message.ts'
import { storeMessage } from '../durable/stored-message.ts'
import type { Flow } from './flow.ts'
import { compileOrder, type Order } from './order.ts'
import type { Shared } from './shared.ts'
import type { Enqueue } from './step.ts'

/** What `invoke` with `async: true` does. */
export function createEnqueue({ model, accept }: Flow, { options, unread }: Shared): Enqueue {
  const order = compileOrder(model.order, options.log)
  const checks = model.input !== undefined || order !== undefined

  const laneOf: Order['laneOf'] = (input, origin) => order?.laneOf(input, origin) ?? ''

  return async (given, origin) => {
    const input = given ?? {}
    const lane = checks ? laneOf(accept(unread.read(input), true), origin) : ''
    const { id, headers, source, principal, receivedAt } = origin
    const inbound = { id, headers, source, principal, ...content(input) }
    return await options.intake.put({ pipeline: model.name, lane, message: await storeMessage(inbound, receivedAt) }, model.queue)
  }

  /** Bytes that nobody has read stay what they are; others are a value, which no format may touch. */
  function content(input: Body): Pick<Inbound, 'body' | 'contentType'> {
    if (!(input instanceof Uint8Array || input instanceof Blob)) return { body: { value: input } }
    return { body: input, contentType: unread.of(input)?.contentType ?? 'application/octet-stream' }
  }
}
