import type { Handle } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Inbound, Reply } from '../core/message.ts'
import type { Cut } from '../core/scope.ts'
import { chain, settle } from './chain.ts'
import type { Deliver } from './delivery.ts'

/**
 * At most once: a message is acknowledged when it was let in, and only then is anything done with it. What fails, or is cut off by the end of the
 * process, is lost. One that was never let in is refused, and may be given again.
 */
export const acknowledgedFirst =
  (deliver: Deliver<Reply>): Handle =>
  (inbound, cut) =>
    new Promise((resolve, reject) => {
      const ended = Promise.withResolvers<void>()
      const entered = (whole: Inbound): Inbound | Promise<Inbound> =>
        chain(inMemory(whole), taken => {
          if (isGone(cut)) throw new SluiceError('CANCELLED', 'the source gave the message up')
          resolve({ ...accepted, ended: ended.promise })
          return taken
        })
      // Reported by the delivery; once it is acknowledged, there is nobody else to tell.
      void settle(
        () => deliver(inbound, undefined, { entered }),
        () => ended.resolve(),
        thrown => {
          reject(thrown)
          ended.resolve()
        },
      )
    })

/** Its source may take a file away as soon as it is acknowledged. */
const inMemory = (inbound: Inbound): Inbound | Promise<Inbound> =>
  inbound.body instanceof Blob ? inbound.body.arrayBuffer().then(bytes => ({ ...inbound, body: new Uint8Array(bytes) })) : inbound

const accepted: Reply = { status: 202, headers: {}, body: { value: undefined } }

const isGone = (cut: Cut | undefined): boolean => cut !== undefined && (cut.gone ?? cut.signal.aborted)
