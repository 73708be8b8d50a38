import type { Definition } from '../core/component.ts'
import type { Kind, Model } from '../core/model.ts'
import type { AccessRecord, CallRecord, Clock, Logger } from '../core/ports.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import type { LiveConnector } from './revision.ts'

export interface CompileOptions {
  readonly model: Model
  /** By name; every connector of the model is there. */
  readonly connectors: ReadonlyMap<string, LiveConnector>
  /** The loaded module of a component. Every one that the model names is there, and every format. */
  readonly definitions: (kind: Kind, type: string) => Definition
  /** Of components: for the arguments of operations, and what a component is by default. */
  readonly schemas: BuiltInSchemas
  readonly state: State
  /** Called once for every message, when it is settled. */
  readonly access: (record: AccessRecord) => void
  /** Called once for every call of a connector, when it is settled; absent where nobody counts. */
  readonly called?: ((record: CallRecord) => void) | undefined
  readonly log: Logger
  readonly clock: Clock
}

/** What outlives a revision: breakers, limiters, budgets, counters. The same key and hash give the same value over reloads. */
export interface State {
  get<T>(key: string, hash: string, make: () => T): T
}
