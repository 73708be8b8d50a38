import type { Json } from '../core/message.ts'

/** A head as the store takes it: it is made of what JSON can say, and what is undefined in it is left out. */
export const writeHead = (head: object): Json => head as unknown as Json

/** A head as it was written: one file of this room writes those of a kind, and knows what they are. */
export const readHead = <Head>(head: Json): Head => head as unknown as Head
