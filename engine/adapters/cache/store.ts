import type { Result } from '../../core/component.ts'
import type { Body } from '../../core/message.ts'

/** Where a cache keeps its values. Keys have their prefix; times to live are whole milliseconds above 0, undefined: until it is pushed out. */
export interface Store {
  get(key: string): Promise<Result>
  set(key: string, value: Body, ttlMs: number | undefined): Promise<void>
  /** True where there was one. */
  delete(key: string): Promise<boolean>
  /** The new number, which the first increment starts at 0 and gives its time to live. Rejects with UPSTREAM_REFUSED where the value is no whole number. */
  increment(key: string, by: number, ttlMs: number | undefined): Promise<number>
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
  ping(signal: AbortSignal): Promise<void>
}

/** What a read gives; of `undefined`, that there is none. */
export const read = (value: Body): Result => (value === undefined ? none : { body: value, found: true })
const none: Result = { body: undefined, found: false }
