import type { Receipt } from '../core/component.ts'
import type { Clock } from '../core/ports.ts'
import type { Change, Entry, Store } from '../core/store.ts'
import { type Receipts, receiptMs } from './receipts.ts'

export interface StateOptions {
  readonly store: Store
  readonly receipts: Receipts
  readonly clock: Clock
}

/**
 * What became of a message that was put on a queue, by the id of its receipt; undefined for what is no receipt, or an old one. What is neither on
 * a queue nor a dead letter, and is not marked, is done. Rejects with STORE.
 */
export async function stateOf(id: string, { store, receipts, clock }: StateOptions): Promise<Receipt | undefined> {
  if (id.length > longest) return undefined
  const made = await receipts.madeAt(id)
  const now = clock.now()
  if (made === undefined || made < now - receiptMs) return undefined
  const told = (state: Receipt['state']): Receipt => ({ id, state, at: new Date(made).toISOString() })
  // A dead letter that is run again goes back to the queue in one commit: looked at last, the queue has it.
  for (const look of [onQueue, asDeadLetter, asMarked, onQueue]) {
    const state = await look(id, store, now)
    if (state !== undefined) return told(state)
  }
  return told('done')
}

/** What became of a message that neither ran nor lies with the dead letters of the store: an operator took it away, or the steps of `deadLetter` did. */
export const markOutcome = (id: string, state: 'dropped' | 'failed', now: number): Change => ({
  put: { kind: 'fact', key: outcomeKey(id), group: 'outcome', expires: now + receiptMs, head: state },
})

type Look = (id: string, store: Store, now: number) => Promise<Receipt['state'] | undefined>

const onQueue: Look = async (id, store, now) => {
  const entry = await store.get('queue', id)
  return entry === undefined ? undefined : isLeased(entry, now) ? 'running' : 'queued'
}
const asDeadLetter: Look = async (id, store) => ((await store.get('dead', id)) === undefined ? undefined : 'failed')
const asMarked: Look = async (id, store) => {
  const head = (await store.get('fact', outcomeKey(id)))?.head
  return head === 'dropped' || head === 'failed' ? head : undefined
}

const isLeased = ({ lease }: Entry, now: number): boolean => lease !== undefined && lease.until > now

/** No receipt is longer. */
const longest = 128

const outcomeKey = (id: string): string => `outcome/${id}`
