import type { Revision } from '../compile/revision.ts'
import type { Handle } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'

/** The one place where a consuming channel meets the current revision: channels outlive revisions, messages do not. */
export class Gate {
  #current: Revision | undefined
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

  /** What a channel calls for every message: the pipeline as it is at that moment. */
  handle(channel: string): Handle {
    return async (inbound, cut) => {
      const handle = this.#closed ? undefined : this.#current?.consumers.get(channel)
      if (handle === undefined) throw new SluiceError('OVERLOADED', 'the gateway is stopping')
      return await handle(inbound, cut)
    }
  }
}
