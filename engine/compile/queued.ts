import type { Handle, Keyed } from '../core/component.ts'
import { mayLose } from '../core/guarantee.ts'
import type { Inbound } from '../core/message.ts'
import type { ChannelModel } from '../core/model.ts'
import type { Change } from '../core/store.ts'
import { batchChannel } from '../durable/batch.ts'
import { markOutcome } from '../durable/message-state.ts'
import { dropQueued } from '../durable/queue.ts'
import { admission, countsOf } from './admission.ts'
import { compileBatched } from './batched.ts'
import { createBurial } from './bury.ts'
import { channelDefinition } from './definitions.ts'
import { createDelivery } from './delivery.ts'
import type { Flow } from './flow.ts'
import { compileIdempotency } from './idempotency.ts'
import { createReader } from './reader.ts'
import { redelivering } from './redelivery.ts'
import type { QueuedPipeline, Revision } from './revision.ts'
import type { Shared } from './shared.ts'

/** The deadline of a message whose pipeline says none, in milliseconds: nobody waits. */
const defaultMs = 3_600_000

/**
 * What the drain of a pipeline's durable queue calls, by the id of the channel that a message came by: that channel's format reads it, as long as
 * the channel is there. Made when a message comes: most pipelines never have one.
 */
export function compileQueues(flows: ReadonlyMap<string, Flow>, shared: Shared): Revision['queued'] {
  const made = new Map<string, QueuedPipeline>()
  const batched = (flow: Flow): QueuedPipeline | undefined => {
    const key = `${flow.model.name} ${batchChannel}`
    const known = made.get(key) ?? compileBatched(flow, shared)
    if (known !== undefined) made.set(key, known)
    return known
  }
  return (pipeline, id) => {
    const flow = flows.get(pipeline)
    if (flow === undefined) return undefined
    if (id === batchChannel) return batched(flow)
    const channel = flow.model.channels.find(one => one.id === id)
    const key = `${pipeline} ${channel?.id ?? ''}`
    const known = made.get(key) ?? compileQueued(flow, channel, shared)
    made.set(key, known)
    return known
  }
}

function compileQueued(flow: Flow, channel: ChannelModel | undefined, shared: Shared): QueuedPipeline {
  const { options, formats, unread, activity } = shared
  const { model } = flow
  const once = mayLose(model.guarantee)
  const said = channel?.format === undefined ? undefined : formats.of(channel.format)
  const deliver = createDelivery({
    ...shared,
    flow,
    run: flow.run,
    channel: name,
    timeoutMs: model.timeout ?? defaultMs,
    admission: admission(countsOf(model, options), true),
    weighs: true,
    read: createReader({ said, formats, unread: flow.readsInput ? undefined : unread }),
    around: compileIdempotency({ flow, keyed: channel === undefined ? undefined : keyedOf(channel, shared), answers: false, options }),
    // The reply goes nowhere.
    finish: ({ status, headers }) => ({ status, headers, body: nothing }),
    access: options.access,
    // Its message is there until it is known what becomes of it.
    activity: once ? activity : undefined,
  })
  const run: Handle = async (inbound, cut) => await deliver(inbound, cut)
  const bury = noted(
    createBurial({
      ...shared,
      flow,
      channel: name,
      via: channel?.id,
      besides: leaving,
      read: createReader({ said, formats, unread: undefined }),
    }),
    flow,
    shared,
  )
  return { model, handle: once ? run : redelivering(run, { policy: model.redelivery, bury, activity }), bury }
}

/** Its letter and its place on the queue change in one commit: no crash leaves both, and a replay would find its place taken. */
const leaving = ({ source: { receipt } }: Inbound): readonly Change[] => (typeof receipt === 'string' ? [dropQueued(receipt)] : [])

/** Of the channel that took it in. */
function keyedOf({ type }: ChannelModel, { options }: Shared): Keyed | undefined {
  const definition = channelDefinition(type, options)
  return definition.kind === 'served' ? definition.keyed : undefined
}

/** Where steps put it elsewhere, the store has no letter that tells of it. */
function noted(bury: QueuedPipeline['bury'], { deadLetter }: Flow, { options }: Shared): QueuedPipeline['bury'] {
  const { store, clock } = options
  if (deadLetter === undefined) return bury
  return async (inbound, error, attempts) => {
    await bury(inbound, error, attempts)
    const { receipt } = inbound.source
    if (typeof receipt === 'string') await store.commit([markOutcome(receipt, 'failed', clock.now())])
  }
}

/** What `$meta.channel` is of a message that was queued. */
const name = 'queue'

const nothing = { value: undefined }
