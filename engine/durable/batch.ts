import type { Json } from '../core/message.ts'
import type { Change } from '../core/store.ts'
import { markKey } from './marks.ts'
import { putQueued } from './queue.ts'

/** When a batch is full, and when it is due. */
export interface BatchLimits {
  readonly count: number
  /** Bytes of its members, as JSON. */
  readonly size: number
  /** Milliseconds from its first member on. */
  readonly within: number
}

/** A message that joins a batch. */
export interface Member {
  readonly pipeline: string
  /** What the members of a batch have in common. */
  readonly key: Json
  readonly value: Json
  /** The message's, where it was on a queue: then it joins once, however often it comes. */
  readonly receipt: string | undefined
  /** How long that is known, in milliseconds. */
  readonly rememberedMs: number
}

/** The batch that the next member of its key joins. */
export interface OpenBatch {
  readonly batch: string
  readonly count: number
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly due: number
}

/** In place of a channel's id: the message is a batch, and its members are apart from it. */
export const batchChannel = 'aggregate'

export const openKey = ({ pipeline, key }: Pick<Member, 'pipeline' | 'key'>): string => markKey('batch', pipeline, JSON.stringify(key))

export const memberKey = (batch: string, number: number): string => `${batch}/${number}`

/** The message on the queue that stands for a batch. */
export const batchEntry = (batch: string, { pipeline, key }: Member, due: number, receivedAt: number): Change =>
  putQueued({
    id: batch,
    pipeline,
    channel: batchChannel,
    due,
    message: { head: { id: batch, headers: {}, source: { key }, body: 'none', receivedAt }, body: new Uint8Array() },
  })
