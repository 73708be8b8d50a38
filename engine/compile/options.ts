import type { Definition } from '../core/component.ts'
import type { Kind, Model } from '../core/model.ts'
import type { AccessRecord, CallRecord, Clock, DeathRecord, Logger, StepRecord } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import type { DeadLetters } from '../durable/dead-letters.ts'
import type { Intake } from '../durable/intake.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import type { Load } from './load.ts'
import type { LiveConnector } from './revision.ts'

export interface CompileOptions {
  readonly model: Model
  /** By name; every connector of the model is there. */
  readonly connectors: Pick<ReadonlyMap<string, LiveConnector>, 'get'>
  /** The loaded module of a component. Every one that the model names is there, and every format. */
  readonly definitions: (kind: Kind, type: string) => Definition
  /** Of components: for the arguments of operations, and what a component is by default. */
  readonly schemas: BuiltInSchemas
  readonly state: State
  /** Puts messages on the durable queues of pipelines. */
  readonly intake: Intake
  /** What is worked on in this process, and how much may be. */
  readonly load: Load
  /** What survives a crash. */
  readonly store: Store
  /** Where messages lie that are given up. */
  readonly deadLetters: DeadLetters
  /** This process, unique in the cluster: who holds a lease. */
  readonly node: string
  /** Called once for every message, when it is settled. */
  readonly access: (record: AccessRecord) => void
  /** Called once for every call of a connector, when it is settled; absent where nobody counts. */
  readonly called?: ((record: CallRecord) => void) | undefined
  /** Called once for every step that may wait, when it is settled; absent where nobody counts. */
  readonly stepped?: ((record: StepRecord) => void) | undefined
  /** Called once for every message that is given up, when it lies with the dead letters; absent where nobody counts. */
  readonly died?: ((record: DeathRecord) => void) | undefined
  readonly log: Logger
  readonly clock: Clock
}

/** What outlives a revision: breakers, limiters, budgets, counters. The same key and hash give the same value over reloads. */
export interface State {
  get<T>(key: string, hash: string, make: () => T): T
}
