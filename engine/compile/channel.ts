import type { Answer, Handle } from '../core/component.ts'
import { mayLose } from '../core/guarantee.ts'
import type { Reply } from '../core/message.ts'
import type { ChannelModel } from '../core/model.ts'
import { acknowledgedFirst } from './acknowledged-first.ts'
import { admission, countsOf } from './admission.ts'
import { createBurial, createHandover } from './bury.ts'
import { channelDefinition } from './definitions.ts'
import { createDelivery, type DeliveryOptions } from './delivery.ts'
import type { Flow } from './flow.ts'
import { compileIdempotency } from './idempotency.ts'
import { createReader } from './reader.ts'
import { redelivering } from './redelivery.ts'
import type { Shared } from './shared.ts'
import { createValueWriter, createWriter } from './writer.ts'

/** Deadlines of a message whose pipeline says none, in milliseconds: where somebody waits for the reply, and where not. */
const servedMs = 30_000
const consumedMs = 3_600_000

/** What a served channel calls: bytes to values, the pipeline, values to bytes. */
export function compileServed(channel: ChannelModel, flow: Flow, shared: Shared): Answer {
  const deliver = createDelivery({
    ...wayIn(channel, flow, shared),
    run: flow.ask,
    timeoutMs: flow.model.timeout ?? servedMs,
    // A request's bytes are counted while they come in.
    weighs: false,
    // A route records its requests itself: it knows how they ended on the wire.
    access: undefined,
    activity: shared.activity,
  })
  return (inbound, cut) => deliver(inbound, cut)
}

/** What a consuming channel calls: the same, and what becomes of a message that fails. */
export function compileConsuming(channel: ChannelModel, flow: Flow, shared: Shared): Handle {
  const { options, formats, activity } = shared
  const redelivers = !mayLose(flow.model.guarantee)
  const deliver = createDelivery({
    ...wayIn(channel, flow, shared),
    run: flow.run,
    timeoutMs: flow.model.timeout ?? consumedMs,
    weighs: true,
    access: options.access,
    // Its message is there until it is known what becomes of it.
    activity: redelivers ? undefined : activity,
  })
  if (!redelivers) return acknowledgedFirst(deliver)
  const definition = channelDefinition(channel.type, options)
  const atSource = definition.kind === 'consuming' && definition.buries?.(channel.config) === true
  const said = channel.format === undefined ? undefined : formats.of(channel.format)
  const name = nameOf(channel)
  const bury = atSource
    ? createHandover({ flow, channel: name, options })
    : createBurial({ ...shared, flow, channel: name, via: channel.id, read: createReader({ said, formats, unread: undefined }) })
  return redelivering((inbound, cut) => deliver(inbound, cut), { policy: flow.model.redelivery, bury, activity })
}

/** What both have in common. */
type WayIn = Omit<DeliveryOptions<Reply>, 'run' | 'timeoutMs' | 'weighs' | 'access' | 'activity'>

function wayIn(channel: ChannelModel, flow: Flow, shared: Shared): WayIn {
  const { options, formats, unread, nextId } = shared
  const definition = channelDefinition(channel.type, options)
  const served = definition.kind === 'served'
  const said = channel.format === undefined ? undefined : formats.of(channel.format)
  const speaksValues = served && definition.speaks === 'values'
  return {
    flow,
    channel: nameOf(channel),
    admission: admission(countsOf(flow.model, { ...options, channel }), !served),
    read: createReader({ said, formats, unread: flow.readsInput ? undefined : unread }),
    around: compileIdempotency({ flow, keyed: definition.keyed, answers: served, options }),
    finish: speaksValues ? createValueWriter(unread) : createWriter({ said, formats, unread }),
    nextId,
    options,
  }
}

const nameOf = ({ name, type }: ChannelModel): string => name ?? type
