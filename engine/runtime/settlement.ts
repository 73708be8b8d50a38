import { spendsAttempt } from '../compile/redelivery.ts'
import type { SluiceError } from '../core/errors.ts'
import { asSluiceError } from '../core/errors.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { Change, Store } from '../core/store.ts'
import { getQueued, removeQueued, returnQueued } from '../durable/queue.ts'
import type { Run } from './run.ts'

/** What became of the entry of a message that was run. `lost`: somebody else holds it, or it could not be told. */
export type Settlement = { readonly kind: 'removed' | 'lost' } | { readonly kind: 'returned'; readonly due: number }

export interface Settling {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly run: Run
  readonly isStopped: () => boolean
}

/** How long between two tries to tell the store, in milliseconds. */
const pauseMs = 500
/** When what was handed back is looked at again by a process that does not stop, in milliseconds. */
const heldMs = 1_000

/** Takes a message off its queue, or puts it back where its run failed: `delayMs` says when it is to be run again; without, it is handed back. Never rejects. */
export async function settle(settling: Settling, error: SluiceError | undefined): Promise<Settlement> {
  const { clock, run, isStopped } = settling
  if (run.lost) return { kind: 'lost' }
  if (error === undefined) return { kind: (await tell(settling, removeQueued(run.message))) ? 'removed' : 'lost' }
  const { delayMs } = error.detail
  const due = delayMs !== undefined ? clock.now() + delayMs : isStopped() ? 0 : clock.now() + heldMs
  const change = returnQueued(run.message, { due, counts: delayMs !== undefined && spendsAttempt(error), error: error.reason })
  return (await tell(settling, change)) ? { kind: 'returned', due } : { kind: 'lost' }
}

/** The same for a message that ran to its end: its dead letter may have taken it off the queue already. Never rejects. */
export async function settleEnded(settling: Settling): Promise<Settlement> {
  const settlement = await settle(settling, undefined)
  if (settlement.kind === 'removed' || settling.run.lost) return settlement
  const left = await getQueued(settling.store, settling.run.message.id).catch(() => settling.run.message)
  return left === undefined ? { kind: 'removed' } : settlement
}

/** Until the store has heard it, the process stops, or the lease is lost: should nobody say what became of it, it would be run again. */
async function tell({ store, log, run, isStopped }: Settling, change: Change): Promise<boolean> {
  for (let first = true; ; first = false) {
    try {
      return (await store.commit([change])) === undefined
    } catch (thrown) {
      const { id, pipeline } = run.message
      if (first) log.warn('queue', { pipeline, id, doing: 'settle', error: asSluiceError(thrown) })
      if (isStopped() || run.lost) return false
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}
