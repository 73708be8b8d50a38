import type { Handle } from '../core/component.ts'
import { mayLose } from '../core/guarantee.ts'
import type { Body, Inbound, Json, Reply } from '../core/message.ts'
import type { Change } from '../core/store.ts'
import { batchChannel } from '../durable/batch.ts'
import { forgetting } from '../durable/batches.ts'
import { dropQueued } from '../durable/queue.ts'
import { admission, countsOf } from './admission.ts'
import { batchesOf } from './batches-of.ts'
import { createBurial } from './bury.ts'
import { chain } from './chain.ts'
import { createDelivery } from './delivery.ts'
import type { Flow } from './flow.ts'
import type { Read } from './reader.ts'
import { redelivering } from './redelivery.ts'
import type { QueuedPipeline } from './revision.ts'
import type { Shared } from './shared.ts'

/** The deadline of a batch whose pipeline says none, in milliseconds. */
const defaultMs = 3_600_000

/** What the drain calls for a batch: its members are one message, which leaves them behind when it is done. Undefined where the pipeline gathers nothing. */
export function compileBatched(flow: Flow, shared: Shared): QueuedPipeline | undefined {
  const { options, activity } = shared
  const { model, batch } = flow
  if (batch === undefined) return undefined
  const batches = batchesOf(options)

  /** A dead letter that is run again brings its members with it. */
  const membersOf = async ({ body, source }: Inbound): Promise<readonly Json[]> => {
    if (!(body instanceof Uint8Array || body instanceof Blob) && isList(body.value)) return body.value
    return await batches.close(String(source.receipt), { pipeline: model.name, key: source.key ?? null })
  }
  const read = async (inbound: Inbound): Promise<Read> => ({ body: await membersOf(inbound), format: undefined, coerce: false })
  const forget = (inbound: Inbound, members: Body): Promise<void> => batches.forget(String(inbound.source.receipt), countOf(members))

  const deliver = createDelivery<Reply>({
    ...shared,
    flow,
    run: ({ input, origin, scope }, finish) =>
      chain(batch({ body: input, input, vars: { key: origin.source.key }, origin }, scope), () => finish(done)),
    channel: 'queue',
    timeoutMs: model.timeout ?? defaultMs,
    admission: admission(countsOf(model, options), true),
    weighs: true,
    read,
    // One that ran, and whose process ended before it was off the queue, has left nothing.
    around: async ({ read: { body } }, run) => (countOf(body) === 0 ? reply : await run()),
    finish: async (_answer, { body }, inbound) => {
      await forget(inbound, body)
      return reply
    },
    access: options.access,
    activity: mayLose(model.guarantee) ? activity : undefined,
  })

  const put = createBurial({ ...shared, flow, channel: 'queue', via: batchChannel, besides: leaving, read })
  const bury: QueuedPipeline['bury'] = async (inbound, error, attempts) => {
    const members = await membersOf(inbound)
    await put({ ...inbound, body: { value: members } }, error, attempts)
    await forget(inbound, members)
  }
  const run: Handle = async (inbound, cut) => await deliver(inbound, cut)
  return { model, handle: mayLose(model.guarantee) ? run : redelivering(run, { policy: model.redelivery, bury, activity }), bury }
}

/** Its letter has the members: in the same commit they are gone from where they were. */
function leaving({ body, source: { receipt } }: Inbound): readonly Change[] {
  if (typeof receipt !== 'string') return []
  const members = body instanceof Uint8Array || body instanceof Blob ? undefined : body.value
  return [dropQueued(receipt), ...forgetting(receipt, countOf(members))]
}

const isList = (value: Body): value is readonly Json[] => Array.isArray(value)
const countOf = (members: Body): number => (isList(members) ? members.length : 0)

const done = { status: 200, headers: {}, body: undefined }
const reply: Reply = { status: 200, headers: {}, body: { value: undefined } }
