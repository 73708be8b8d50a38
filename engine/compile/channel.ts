import type { Handle } from '../core/component.ts'
import type { ChannelModel } from '../core/model.ts'
import { createAdmission } from './admission.ts'
import { channelDefinition } from './definitions.ts'
import { createDelivery } from './delivery.ts'
import type { Flow } from './flow.ts'
import { createReader } from './reader.ts'
import type { Shared } from './shared.ts'
import { createValueWriter, createWriter } from './writer.ts'

/** Deadlines of a message whose pipeline says none, in milliseconds: where somebody waits for the reply, and where not. */
const servedMs = 30_000
const consumedMs = 3_600_000

/** What a channel calls: bytes to values, the pipeline, values to bytes. */
export function compileChannel(channel: ChannelModel, flow: Flow, shared: Shared): Handle {
  const { options, formats, unread } = shared
  const definition = channelDefinition(channel.type, options)
  const served = definition.kind === 'served'
  const said = channel.format === undefined ? undefined : formats.of(channel.format)
  const speaksValues = definition.kind === 'served' && definition.speaks === 'values'
  const deliver = createDelivery({
    ...shared,
    flow,
    channel: channel.name ?? channel.type,
    timeoutMs: flow.model.timeout ?? (served ? servedMs : consumedMs),
    admission: createAdmission(flow.model, { state: options.state, channel, waits: !served }),
    read: createReader({ said, formats, unread: flow.readsInput ? undefined : unread }),
    finish: speaksValues ? createValueWriter(unread) : createWriter({ said, formats, unread }),
    // A route records its requests itself: it knows how they ended on the wire.
    access: served ? undefined : options.access,
  })
  return (inbound, cut) => deliver(inbound, cut)
}
