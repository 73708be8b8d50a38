import { Activity } from './activity.ts'
import { type CheckOf, createChecks } from './checks.ts'
import { createFormats, type Formats } from './formats.ts'
import { createIds } from './ids.ts'
import type { CompileOptions } from './options.ts'
import { UnreadBodies } from './unread.ts'

/** What everything in one revision shares. */
export interface Shared {
  readonly options: CompileOptions
  readonly formats: Formats
  readonly check: CheckOf
  readonly activity: Activity
  readonly unread: UnreadBodies
  readonly nextId: () => string
}

export function share(options: CompileOptions): Shared {
  return {
    options,
    formats: createFormats(options),
    check: createChecks(options),
    activity: new Activity(),
    unread: new UnreadBodies(),
    nextId: createIds(),
  }
}
