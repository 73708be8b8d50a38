import type { Meter } from '../core/component.ts'
import { Slots } from './policies/slots.ts'

/** How much may be worked on at once. */
export interface LoadLimits {
  readonly messages: number
  readonly bytes: number
}

/** Of a gateway that is told none. */
export const standardLimits: LoadLimits = { messages: 2_000, bytes: 256 * 1024 ** 2 }

/** What is worked on in this process: it outlives every revision. */
export class Load {
  readonly limits: LoadLimits
  readonly messages: Slots
  /** Of bodies, from their first byte until their message is settled. */
  readonly bytes: Slots

  constructor(limits: LoadLimits) {
    this.limits = limits
    this.messages = new Slots({ what: 'the gateway', limit: limits.messages, ...waitingSources })
    this.bytes = new Slots({ what: 'the gateway', limit: limits.bytes, ...inBytes })
  }
}

/** Bytes that one pipeline may hold of those of the process: another has room left. */
export const pipelineShare = 0.5
/** Who waits for room: messages of sources, which hand in no more than they say (`prefetch`, 1,000 at most). What waits longer is given again. */
export const waitingSources = { waiting: 2_000, patient: true } as const
/** How long they wait, in milliseconds. */
export const sourceWaitMs = 1_800_000
/** How the slots of bytes are told. */
export const inBytes = { unit: ' bytes', ...waitingSources } as const

/** Counts the body of one request while it comes in; whoever made it releases it. */
export class BodyMeter implements Meter {
  readonly #counts: readonly Slots[]
  #bytes = 0
  #over = false

  constructor(counts: readonly Slots[]) {
    this.#counts = counts
  }

  count(bytes: number): void {
    if (this.#over) return
    let taken = 0
    for (const slots of this.#counts) {
      if (!slots.take(bytes)) {
        for (const before of this.#counts.slice(0, taken)) before.leave(bytes)
        throw slots.refusal()
      }
      taken += 1
    }
    this.#bytes += bytes
  }

  release(): void {
    this.#over = true
    if (this.#bytes > 0) for (const slots of this.#counts) slots.leave(this.#bytes)
    this.#bytes = 0
  }
}
