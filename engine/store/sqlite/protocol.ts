import type { ClaimOptions, Expected, ListOptions, StoreKind } from '../../core/store.ts'

/** What the main thread and the worker of a SQLite store say to each other. Heads are JSON text, bodies lie behind one another in one buffer of the batch. */
export type Request =
  | { readonly ask: 'commit'; readonly changes: readonly WireChange[] }
  | { readonly ask: 'get'; readonly kind: StoreKind; readonly key: string }
  | { readonly ask: 'list'; readonly options: ListOptions }
  | { readonly ask: 'claim'; readonly options: ClaimOptions }
  | { readonly ask: 'renew'; readonly kind: StoreKind; readonly keys: readonly string[]; readonly owner: string; readonly leaseMs: number }
  | { readonly ask: 'measure'; readonly kind: StoreKind; readonly group: string | undefined }
  | { readonly ask: 'sweep'; readonly limit: number }

export interface WireChange {
  readonly do: 'put' | 'update' | 'remove'
  readonly kind: StoreKind
  readonly key: string
  readonly expect: Expected | undefined
  /** Of an update: what is not named stays. A put names all. */
  readonly facts?: Facts | undefined
}

export interface Facts {
  readonly group?: string
  readonly lane?: string
  readonly due?: number
  /** `null`: never. */
  readonly expires?: number | null
  readonly head?: string
  /** Where the body begins in the buffer of its batch, written when the batch is made; and its bytes. */
  from?: number
  readonly size?: number
}

/** All that waited at one time: one transaction. */
export interface Batch {
  /** The clock of the store, in milliseconds since the epoch. */
  readonly now: number
  /** `Request[]` as JSON: a text is copied and read in half the time that a thousand small objects take. */
  readonly requests: string
  readonly bodies: ArrayBuffer
}

/** sequence, kind, key, group, lane, due, expires, version, owner, until, head, size. */
export type Row = readonly [
  number,
  StoreKind,
  string,
  string,
  string,
  number,
  number | null,
  number,
  string | null,
  number | null,
  string,
  number,
]

export interface FullRow {
  readonly row: Row
  readonly body: Uint8Array
}

/** What went wrong, as it travels. */
export interface Fault {
  readonly reason: string
  readonly retry: 'safe' | 'unsafe' | 'never'
}

/** Why the worker ends. */
export interface Break {
  readonly fault: Fault
  /** Waiting does not cure it. */
  readonly lasting: boolean
}

export type Answer = { readonly value: unknown } | { readonly fault: Fault }

/** What the worker says: that it is open, what it answers to a batch, or that it cannot go on and ends. */
export type Said =
  | { readonly say: 'open' }
  | { readonly say: 'answers'; readonly answers: readonly Answer[]; readonly broken?: Break | undefined }
  | { readonly say: 'broken'; readonly broken: Break }

export interface WorkerData {
  readonly file: string
  /** Who opens it, for whoever finds it in use. */
  readonly holder: string
}
