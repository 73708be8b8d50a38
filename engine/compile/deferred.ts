import type { Answer, Deferral, Keyed } from '../core/component.ts'
import type { ChannelModel } from '../core/model.ts'
import { storeMessage } from '../durable/stored-message.ts'
import { admission, countsOf } from './admission.ts'
import { createDelivery } from './delivery.ts'
import type { Flow } from './flow.ts'
import { compileIdempotency } from './idempotency.ts'
import { compileOrder, type Order } from './order.ts'
import { createReader } from './reader.ts'
import type { Shared } from './shared.ts'

/** How long a message may take onto the queue, in milliseconds. */
const intakeMs = 30_000

/**
 * What an `async` channel calls: the input is checked, the message is put on the queue of its pipeline as the bytes that it came as, and the caller
 * is told so.
 */
export function compileDeferred(channel: ChannelModel, { deferral, keyed, flow, shared }: DeferredOptions): Answer {
  const { options, formats, unread } = shared
  const { model } = flow
  const said = channel.format === undefined ? undefined : formats.of(channel.format)
  const order = compileOrder(channel.order ?? model.order, options.log)
  const laneOf: Order['laneOf'] = (input, origin) => order?.laneOf(input, origin) ?? ''
  const deliver = createDelivery({
    ...shared,
    flow,
    // The lane is all that is left to say of an input that is as it should be.
    run: ({ input, origin, coerce }, finish) => finish({ status: 202, headers: none, body: laneOf(flow.accept(input, coerce), origin) }),
    channel: channel.name ?? channel.type,
    timeoutMs: intakeMs,
    admission: admission(countsOf(model, { ...options, channel }), false),
    weighs: false,
    read: createReader({ said, formats, unread: flow.readsInput ? undefined : unread }),
    around: compileIdempotency({ flow, keyed, answers: true, doing: 'take', options }),
    finish: async ({ body }, _read, inbound, origin) => {
      const taken = { ...inbound, id: origin.id, contentType: inbound.contentType ?? said?.mediaType }
      const message = await storeMessage(taken, origin.receivedAt)
      const put = { pipeline: model.name, channel: channel.id, lane: String(body), message }
      return deferral.accepted(await options.intake.put(put, model.queue), inbound, channel.format?.type)
    },
    access: undefined,
  })
  return (inbound, cut) => deliver(inbound, cut)
}

export interface DeferredOptions {
  readonly deferral: Deferral<unknown>
  readonly keyed: Keyed | undefined
  readonly flow: Flow
  readonly shared: Shared
}

const none = Object.freeze({})
