import { formatDuration } from '../core/duration.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { PipelineModel } from '../core/model.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { getQueued, holdQueued, listQueued, type Queued, queuedSince, removeQueued } from '../durable/queue.ts'
import { restoreMessage } from '../durable/stored-message.ts'
import type { Gate } from './gate.ts'

export interface AgedOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly gate: Gate
  /** A message is gone from the queue. */
  readonly left: (message: Queued) => void
}

/** Entries of one look, and how many looks at one queue follow each other. */
const [page, pages] = [200, 50]
/** How long one that is being buried is kept from being run, in milliseconds. */
const heldMs = 60_000

/** Why a message may not be run any more; undefined where it may. */
export function tooOld(message: Pick<Queued, 'head'>, { queue }: PipelineModel, now: number): SluiceError | undefined {
  if (now - queuedSince(message) <= queue.maxAge) return undefined
  return new SluiceError('DEADLINE', `it was not run within ${formatDuration(queue.maxAge)}, the maxAge of the queue`)
}

/**
 * Puts messages of one queue with the dead letters that nobody works on and that are too old, whatever keeps them from being run: a pause, one before
 * them in their lane, the time to the next attempt. Those of a pipeline that is gone stay. Never rejects.
 */
export async function buryAged(pipeline: string, options: AgedOptions): Promise<void> {
  try {
    let after: number | undefined
    for (let left = pages; left > 0; left--) {
      const { messages, last } = await listQueued(options.store, pipeline, { after, limit: page })
      let found = 0
      for (const message of messages) if (await isBuried(message, options)) found++
      // They lie in the order in which they came: behind a page without an old one are few.
      if (found === 0 || last === undefined) return
      after = last
    }
  } catch (error) {
    options.log.warn('queue', { pipeline, doing: 'look for what is too old', error: asSluiceError(error) })
  }
}

async function isBuried({ id, pipeline, head, leasedUntil, version }: Queued, options: AgedOptions): Promise<boolean> {
  const { store, clock, gate, left } = options
  const queued = gate.queued(pipeline, head.channel)
  const now = clock.now()
  const error = queued === undefined ? undefined : tooOld({ head }, queued.model, now)
  if (queued === undefined || error === undefined || (leasedUntil !== undefined && leasedUntil > now)) return false
  const found = await getQueued(store, id)
  if (found === undefined || found.version !== version) return false
  // Whoever changes it first has it: a drain that claims it, or another node that buries it.
  if ((await store.commit([holdQueued(found, now + heldMs)])) !== undefined) return false
  const restored = restoreMessage(found.message, found.attempts)
  await queued.bury({ ...restored, source: { ...restored.source, receipt: id } }, error, found.attempts)
  // Its letter took it off, unless it lies elsewhere.
  await store.commit([removeQueued({ ...found, version: version + 1 })])
  left(found)
  return true
}
