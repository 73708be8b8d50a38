import type { Json } from './message.ts'

/**
 * Values by key in the gateway's own store: they survive a crash, and nodes that share the store share them. Everything rejects with STORE where
 * nothing can be said or kept.
 */
export interface Keep {
  /** Undefined where there is none, or its time is over. */
  get(key: string): Promise<Kept | undefined>
  /** False, and nothing changed, where what is there is not what was expected: nothing, or a value of this version. */
  set(key: string, value: Json, options?: KeepOptions): Promise<boolean>
  /** True where there was one. */
  delete(key: string): Promise<boolean>
}

export interface Kept {
  readonly value: Json
  /** Grows with every `set`. */
  readonly version: number
  /** Milliseconds since the epoch; undefined: until it is pushed out. */
  readonly expires: number | undefined
}

export interface KeepOptions {
  /** Milliseconds since the epoch; absent: until it is pushed out. */
  readonly expires?: number | undefined
  readonly expect?: 'absent' | number | undefined
}

/** How much one component may keep: about so many values and bytes. What was set longest ago goes first. */
export interface KeepBounds {
  readonly count: number
  readonly bytes: number
}
