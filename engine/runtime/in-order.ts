import type { Handle } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Inbound, Reply } from '../core/message.ts'
import type { Cut } from '../core/scope.ts'

/** What is under way in this process, by lane: each is known by the end of what came into it last. */
export class Lanes {
  readonly #ends = new Map<string, Promise<void>>()

  /** Does the work when all that came into the lane before is over. */
  enter(lane: string, work: () => Promise<Reply>): Promise<Reply> {
    const before = this.#ends.get(lane)
    const mine = before === undefined ? work() : before.then(work)
    // One that was acknowledged first ends later.
    const end: Promise<void> = mine.then(
      ({ ended }) => ended,
      () => undefined,
    )
    this.#ends.set(lane, end)
    void end.then(() => {
      if (this.#ends.get(lane) === end) this.#ends.delete(lane)
    })
    return mine
  }
}

export interface InOrderOptions {
  readonly lanes: Lanes
  /** `''`: no order. */
  readonly laneOf: (inbound: Inbound) => string | Promise<string>
}

/**
 * Hands messages of one lane on one after the other, in the order in which they came; the next when it is known what becomes of the one before, its
 * redelivery by the engine included, or, where it was acknowledged before, when its run has ended. How many wait is bounded by what the channel takes at once.
 */
export function inOrder(handle: Handle, { lanes, laneOf }: InOrderOptions): Handle {
  const run = async (inbound: Inbound, cut: Cut | undefined) => {
    if (cut !== undefined && (cut.gone ?? cut.signal.aborted)) throw new SluiceError('CANCELLED', 'the source gave the message up')
    return await handle(inbound, cut)
  }
  const enter = (lane: string, inbound: Inbound, cut: Cut | undefined): ReturnType<Handle> =>
    lane === '' ? handle(inbound, cut) : lanes.enter(lane, () => run(inbound, cut))
  return (inbound, cut) => {
    const lane = laneOf(inbound)
    return typeof lane === 'string' ? enter(lane, inbound, cut) : lane.then(found => enter(found, inbound, cut))
  }
}
