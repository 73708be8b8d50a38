import { spendsAttempt } from '../../compile/redelivery.ts'
import type { Revision } from '../../compile/revision.ts'
import { asSluiceError } from '../../core/errors.ts'
import type { Change, Store } from '../../core/store.ts'
import { batchChannel } from '../../durable/batch.ts'
import { type ClaimedMessage, claimQueued, listQueued, measureQueues, removeQueued, returnQueued } from '../../durable/queue.ts'
import { restoreMessage } from '../../durable/stored-message.ts'
import type { Tested } from './house.ts'

/** Runs that one message of a test may cause on queues: pipelines may queue for each other without end. */
const most = 1_000

/**
 * Runs what a message put on queues, one after the other, until nothing is there, what is repeated without a pause; gives in words what went wrong:
 * messages that were given up.
 */
export async function runQueued({ revision, store }: Pick<Tested, 'revision' | 'store'>): Promise<readonly string[]> {
  const before = await letters(store)
  for (let runs = 0; ; runs++) {
    const message = (await next(store)) ?? (await nextBatch(store))
    if (message === undefined) break
    if (runs === most) return [`more than ${most} messages were queued one after the other`]
    await store.commit([await run(message, revision)])
  }
  return (await letters(store)).slice(before.length)
}

async function next(store: Store): Promise<ClaimedMessage | undefined> {
  for (const { group: pipeline } of await measureQueues(store)) {
    const [message] = await claimQueued(store, { pipeline, owner: 'test', leaseMs: 60_000, limit: 1, bytes: 0 })
    if (message !== undefined) return message
  }
  return undefined
}

/** A batch that is neither full nor due: no more comes, and no time passes. */
async function nextBatch(store: Store): Promise<ClaimedMessage | undefined> {
  for (const { group: pipeline } of await measureQueues(store)) {
    const { messages } = await listQueued(store, pipeline, { limit: most })
    const batch = messages.find(({ head, due }) => head.channel === batchChannel && due > 0)
    if (batch === undefined) continue
    await store.commit([returnQueued(batch, { due: 0, counts: false })])
    return await next(store)
  }
  return undefined
}

async function run(message: ClaimedMessage, revision: Revision): Promise<Change> {
  const { id, pipeline, head, attempts } = message
  const inbound = restoreMessage(message.message, attempts)
  try {
    await revision.queued(pipeline, head.channel)?.handle({ ...inbound, source: { ...inbound.source, receipt: id } })
    return removeQueued(message)
  } catch (thrown) {
    const error = asSluiceError(thrown)
    // What would be handed back, or tried again for ever, is over here: no time passes in a test.
    if (!spendsAttempt(error)) return removeQueued(message)
    return returnQueued(message, { due: 0, counts: true, error: error.reason })
  }
}

async function letters(store: Store): Promise<readonly string[]> {
  const entries = await store.list({ kind: 'dead', limit: most })
  return entries.map(({ group, head }) => `a queued message of ${group} was given up: ${textOf(head)}`)
}

function textOf(head: unknown): string {
  const { code, message } = head as { readonly code: string; readonly message: string }
  return `${code}: ${message}`
}
