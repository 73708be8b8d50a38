import type { Handle } from '../../engine/core/component.ts'
import type { Inbound, Reply } from '../../engine/core/message.ts'
import type { Cut } from '../../engine/core/scope.ts'

/** One message as it was handed on. */
export interface Received {
  readonly inbound: Inbound
  readonly bytes: Buffer
  readonly cut: Cut | undefined
}

/** What a pipeline does with the message that comes as the `count`th, from 1. */
export type Answer = (received: Received, count: number) => Reply | Promise<Reply>

/** The engine's end of a consuming channel: takes down what comes, and answers as it is told. */
export interface Receiver {
  readonly handle: Handle
  readonly received: readonly Received[]
  /** Handed on and not answered, now and at most. */
  readonly open: number
  readonly most: number
  /** Resolves when so many came. */
  came(count: number): Promise<readonly Received[]>
}

export const acknowledged: Reply = { status: 200, headers: {}, body: { value: undefined } }

export function receiver(answer: Answer = () => acknowledged): Receiver {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let open = 0
  let most = 0
  return {
    received,
    get open() {
      return open
    },
    get most() {
      return most
    },
    async handle(inbound, cut) {
      open++
      most = Math.max(most, open)
      try {
        const one = { inbound, bytes: await bytesOf(inbound.body), cut }
        received.push(one)
        const count = received.length
        for (const look of waiting) look()
        return await answer(one, count)
      } finally {
        open--
      }
    },
    came: count =>
      new Promise(resolve => {
        const look = (): void => {
          if (received.length < count) return
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
  }
}

async function bytesOf(body: Inbound['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body)
  if (body instanceof Blob) return Buffer.from(await body.arrayBuffer())
  return Buffer.from(JSON.stringify(body.value) ?? '')
}
