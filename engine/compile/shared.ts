import { Activity } from './activity.ts'
import { type CheckOf, createChecks } from './checks.ts'
import { createFormats, type Formats } from './formats.ts'
import { createIds } from './ids.ts'
import type { CompileOptions, State } from './options.ts'
import { UnreadBodies } from './unread.ts'

/** What everything in one revision shares. */
export interface Shared {
  readonly options: CompileOptions
  readonly formats: Formats
  readonly check: CheckOf
  /** The same, keeping what it makes in another state. */
  readonly checks: (state: State) => CheckOf
  readonly activity: Activity
  readonly unread: UnreadBodies
  readonly nextId: () => string
}

export function share(options: CompileOptions): Shared {
  const { definitions, schemas, state } = options
  const checks = createChecks(options.model.schemas)
  return {
    options,
    formats: createFormats({ definitions, schemas }),
    check: checks(state),
    checks,
    activity: new Activity(),
    unread: new UnreadBodies(),
    nextId: createIds(),
  }
}
