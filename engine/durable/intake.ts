import type { Receipt } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { Backlog, type QueueLimits } from './backlog.ts'
import { measureQueues, putQueued, type QueuePut } from './queue.ts'
import { Receipts } from './receipts.ts'

export interface IntakeOptions {
  readonly store: Store
  readonly clock: Clock
  /** Called when something was put on the queue of a pipeline: its drain has something to do, after so many milliseconds. */
  readonly woken: (pipeline: string, afterMs: number) => void
}

/** Puts messages on the durable queues of pipelines, within their limits. One in a process; it outlives every revision. */
export class Intake {
  readonly receipts: Receipts
  readonly #options: IntakeOptions
  readonly #backlogs = new Map<string, Backlog>()

  constructor(options: IntakeOptions) {
    this.#options = options
    this.receipts = new Receipts(options.store)
  }

  /** Resolves when it is kept, whatever happens to this process from then on. Rejects with OVERLOADED where the queue is full, with STORE. */
  async put(put: Omit<QueuePut, 'id'>, limits: QueueLimits): Promise<Receipt> {
    const { store, clock, woken } = this.#options
    const { pipeline, message } = put
    const backlog = this.#backlog(pipeline)
    const bytes = message.body.byteLength + headBytes
    const room = backlog.admit(bytes, limits)
    if (room !== undefined) await room
    const at = clock.now()
    // An id that is taken is another node's, of the same instant: the next one is not.
    for (let left = tries; left > 0; left--) {
      const made = this.receipts.make(message.head.id, at)
      const id = typeof made === 'string' ? made : await made
      if ((await store.commit([putQueued({ ...put, id })])) !== undefined) continue
      backlog.added(bytes)
      woken(pipeline, 0)
      return { id, state: 'queued', at: new Date(at).toISOString() }
    }
    throw new SluiceError('STORE', `putting a message on the queue of ${pipeline}: no id was free`)
  }

  /** A message has left the queue. */
  left(pipeline: string, size: number): void {
    this.#backlogs.get(pipeline)?.added(-size - headBytes, -1)
  }

  /** Something else was put on the queue of a pipeline, in a commit of its own. */
  wake(pipeline: string, afterMs = 0): void {
    this.#options.woken(pipeline, afterMs)
  }

  #backlog(pipeline: string): Backlog {
    const known = this.#backlogs.get(pipeline)
    if (known !== undefined) return known
    const { store, clock } = this.#options
    const made = new Backlog(clock, pipeline, async () => (await measureQueues(store, pipeline))[0])
    this.#backlogs.set(pipeline, made)
    return made
  }
}

const tries = 3
/** About what a head takes. */
const headBytes = 500
