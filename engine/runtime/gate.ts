import { createIds, isWellFormed } from '../compile/ids.ts'
import type { QueuedPipeline, Revision } from '../compile/revision.ts'
import type { Handle } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Inbound } from '../core/message.ts'

/** The one place where a consuming channel meets the current revision: channels outlive revisions, messages do not. */
export class Gate {
  #current: Revision | undefined
  readonly #nextId = createIds()
  #closed = false

  get current(): Revision | undefined {
    return this.#current
  }

  /** The commit of a change. */
  swap(next: Revision): void {
    this.#current = next
  }

  /** From here on nothing comes in. */
  close(): void {
    this.#closed = true
  }

  /** What a drain calls for a message of a pipeline's queue; undefined where the pipeline is gone. */
  queued(pipeline: string, channel: string | undefined): QueuedPipeline | undefined {
    return this.#closed ? undefined : this.#current?.queued(pipeline, channel)
  }

  /** What runs a channel's message: the pipeline as it is at that moment. */
  handle(channel: string): Handle {
    return (inbound, cut) => {
      const handle = this.#closed ? undefined : this.#current?.consumers.get(channel)
      return handle === undefined ? Promise.reject(new SluiceError('OVERLOADED', 'the gateway is stopping')) : handle(inbound, cut)
    }
  }

  /** The lane of a channel's message; `''`: it has no order. */
  lane(channel: string, inbound: Inbound): string | Promise<string> {
    return this.#current?.orders.get(channel)?.(inbound) ?? ''
  }

  /** With a correlation id, the same for all its runs: its own where that is well-formed. */
  identified(handle: Handle): Handle {
    return (inbound, cut) => handle(isWellFormed(inbound.id) ? inbound : { ...inbound, id: this.#nextId() }, cut)
  }
}
