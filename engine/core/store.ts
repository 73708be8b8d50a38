import type { Json } from './message.ts'
import type { Status } from './ports.ts'

/** What must survive a crash, as entries of a few kinds. Who keeps what: `engine/durable/`, one file a kind. */
export type StoreKind = 'queue' | 'dead' | 'mark' | 'tick' | 'batch' | 'lease' | 'revision' | 'cache' | 'fact'

/** One entry as it is listed: everything but its body. */
export interface Entry {
  readonly kind: StoreKind
  /** Unique within its kind; at most 512 characters, as are group and lane. None has a NUL or half a surrogate pair. */
  readonly key: string
  /** What entries are listed, claimed and measured by, such as a pipeline's name. */
  readonly group: string
  /** Entries of one lane of one group are claimed one at a time, in the order in which they were put; `''`: no order. */
  readonly lane: string
  /** Grows with every put, over all kinds: the order in which entries came. */
  readonly sequence: number
  /** Not claimed before; milliseconds since the epoch. */
  readonly due: number
  /** Gone after; undefined: kept until it is removed. */
  readonly expires: number | undefined
  /** 1 at first, and grows with every change and every claim: what a condition compares, and what a lost lease is told by. */
  readonly version: number
  /** Who works on it, and until when. */
  readonly lease: Lease | undefined
  /** Small facts that are listed without the body; at most 64 kB as JSON. */
  readonly head: Json
  /** Bytes of the body. */
  readonly size: number
}

export interface Lease {
  readonly owner: string
  /** Milliseconds since the epoch, by the store's clock. */
  readonly until: number
}

export interface FullEntry extends Entry {
  /** Never changed once it is in an entry. */
  readonly body: Uint8Array
}

/** What must be true of the entry as it is, for a change to be made: that there is none, that it has this version; absent: nothing. */
export type Expected = 'absent' | number

export type Change =
  /** A new entry, or a whole new one in the old one's place: a new sequence, the version counted on, no lease. */
  | {
      readonly put: Pick<Entry, 'kind' | 'key'> &
        Partial<Pick<Entry, 'group' | 'lane' | 'due' | 'expires' | 'head'>> & { readonly body?: Uint8Array }
      readonly expect?: Expected | undefined
    }
  /** Other facts for an entry that is there; what is not named stays; its lease is given up. Of an absent one it is a conflict. */
  | {
      readonly update: Pick<Entry, 'kind' | 'key'> & Partial<Pick<Entry, 'due' | 'expires' | 'head'>>
      readonly expect?: Expected | undefined
    }
  /** Of an absent entry it is nothing, unless a version is expected. */
  | { readonly remove: Pick<Entry, 'kind' | 'key'>; readonly expect?: Expected | undefined }

/** The first change whose expectation did not hold; then none of them was made. */
export interface Conflict {
  /** Into the changes that were given. */
  readonly at: number
}

export interface ClaimOptions {
  readonly kind: StoreKind
  readonly group: string
  /** Who asks; unique in the cluster. */
  readonly owner: string
  readonly leaseMs: number
  readonly limit: number
  /** Bodies of the claimed, together; the first is given whatever its size. */
  readonly bytes: number
}

export interface ListOptions {
  readonly kind: StoreKind
  readonly group?: string | undefined
  /** Only entries beyond this sequence: further up, or further down where the newest come first. */
  readonly after?: number | undefined
  readonly newestFirst?: boolean | undefined
  readonly limit: number
}

/** How much there is of one group of one kind. */
export interface Measure {
  readonly group: string
  readonly count: number
  /** Bodies and heads. */
  readonly bytes: number
  /** Of the entry that came first; undefined where there is none. */
  readonly oldest: number | undefined
  /** When the next one can be claimed, the first of each lane alone considered: 0 where one can be now, else the earliest due or end of a lease. */
  readonly nextDue: number | undefined
}

/**
 * Entries that survive. Everything rejects with STORE where nothing can be said or kept: `retry: 'safe'` where nothing was changed, `'unsafe'` where a
 * commit may have happened, `'never'` where no store can keep it: a name or head outside its bounds. Every call is bounded in time. What is expired is
 * not there, whether swept or not. Times are milliseconds since the epoch; what is due and whose lease is over is told by the store's own clock.
 */
export interface Store {
  /** All of it, durably, or nothing. */
  commit(changes: readonly Change[]): Promise<Conflict | undefined>
  get(kind: StoreKind, key: string): Promise<FullEntry | undefined>
  /** By sequence. */
  list(options: ListOptions): Promise<readonly Entry[]>
  /** Entries of the group that are due, and on which nobody works, by sequence; leased to the owner, each with a new version. */
  claim(options: ClaimOptions): Promise<readonly FullEntry[]>
  /** Prolongs leases that are still the owner's, expired or not, as long as nobody else took them; the version stays. Gives the keys that it holds now. */
  renew(kind: StoreKind, keys: readonly string[], owner: string, leaseMs: number): Promise<ReadonlySet<string>>
  /** Every group that has entries, or the one that is named. */
  measure(kind: StoreKind, group?: string): Promise<readonly Measure[]>
  /** Removes what is expired, at most so many; gives how many. */
  sweep(limit: number): Promise<number>
  /** What it is: for status and logs, without its password. */
  readonly name: string
  /** Whoever wants to know how it is: told at every change, from the first use on. A store that cannot fail tells nothing. */
  watch(told: (status: Status) => void): void
  /** Whether other processes may be at work on it: then one must look, and is not told, what they did. */
  readonly shared: boolean
  close(): Promise<void>
}
