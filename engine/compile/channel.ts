import type { Answer } from '../core/component.ts'
import { mayLose } from '../core/guarantee.ts'
import type { ChannelModel } from '../core/model.ts'
import { acknowledgedFirst } from './acknowledged-first.ts'
import { admission, countsOf } from './admission.ts'
import { createBurial, createHandover } from './bury.ts'
import { channelDefinition } from './definitions.ts'
import { createDelivery } from './delivery.ts'
import type { Flow } from './flow.ts'
import { compileIdempotency } from './idempotency.ts'
import { createReader } from './reader.ts'
import { redelivering } from './redelivery.ts'
import type { Shared } from './shared.ts'
import { createValueWriter, createWriter } from './writer.ts'

/** Deadlines of a message whose pipeline says none, in milliseconds: where somebody waits for the reply, and where not. */
const servedMs = 30_000
const consumedMs = 3_600_000

/** What a channel calls: bytes to values, the pipeline, values to bytes; and what becomes of a message that fails. */
export function compileChannel(channel: ChannelModel, flow: Flow, shared: Shared): Answer {
  const { options, formats, unread, activity } = shared
  const definition = channelDefinition(channel.type, options)
  const served = definition.kind === 'served'
  const redelivers = !served && !mayLose(flow.model.guarantee)
  const said = channel.format === undefined ? undefined : formats.of(channel.format)
  const speaksValues = definition.kind === 'served' && definition.speaks === 'values'
  const name = channel.name ?? channel.type
  const deliver = createDelivery({
    ...shared,
    flow,
    run: served ? flow.ask : flow.run,
    channel: name,
    timeoutMs: flow.model.timeout ?? (served ? servedMs : consumedMs),
    admission: admission(countsOf(flow.model, { ...options, channel }), !served),
    // A request's bytes are counted while they come in.
    weighs: !served,
    read: createReader({ said, formats, unread: flow.readsInput ? undefined : unread }),
    around: compileIdempotency({ flow, keyed: definition.keyed, answers: served, options }),
    finish: speaksValues ? createValueWriter(unread) : createWriter({ said, formats, unread }),
    // A route records its requests itself: it knows how they ended on the wire.
    access: served ? undefined : options.access,
    // Its message is there until it is known what becomes of it.
    activity: redelivers ? undefined : activity,
  })
  if (served) return (inbound, cut) => deliver(inbound, cut)
  if (!redelivers) return acknowledgedFirst(deliver)
  const atSource = definition.buries?.(channel.config) === true
  const bury = atSource
    ? createHandover({ flow, channel: name, options })
    : createBurial({ ...shared, flow, channel: name, via: channel.id, read: createReader({ said, formats, unread: undefined }) })
  return redelivering(async (inbound, cut) => await deliver(inbound, cut), { policy: flow.model.redelivery, bury, activity })
}
