import { compile } from '../../compile/compile.ts'
import { Load, standardLimits } from '../../compile/load.ts'
import type { Revision } from '../../compile/revision.ts'
import type { Json } from '../../core/message.ts'
import type { Model } from '../../core/model.ts'
import type { Store } from '../../core/store.ts'
import { DeadLetters, standardBounds } from '../../durable/dead-letters.ts'
import { Intake } from '../../durable/intake.ts'
import { createLog } from '../../observe/log.ts'
import type { Registry } from '../../registry/registry.ts'
import { loadDefinitions } from '../../runtime/definitions.ts'
import { State } from '../../runtime/state.ts'
import { BuiltInSchemas } from '../../schema/built-in.ts'
import { MemoryStore } from '../../store/memory.ts'
import type { Tracks } from './coverage.ts'
import type { Moment } from './moment.ts'
import type { Systems } from './systems.ts'

/** Where tests live: connectors that are mocks or real, a clock of their own, and a revision for each test, so that none sees another's state. */
export interface TestHouse {
  readonly systems: Systems
  readonly moment: Moment
  compile(): Tested
}

export interface Tested {
  readonly revision: Revision
  /** Where its queues are. */
  readonly store: Store
  /** The code of the error that the last message ended with, as its access record says. */
  readonly failure: () => string | undefined
}

export interface HouseOptions {
  readonly model: Model
  readonly registry: Registry
  readonly systems: Systems
  readonly moment: Moment
  readonly tracks: Tracks
  /** Where the log's errors go. */
  readonly write: (text: string) => void
}

export async function openTestHouse({ model, registry, systems, moment, tracks, write }: HouseOptions): Promise<TestHouse> {
  const definitions = tracks.follow(await loadDefinitions(model, registry))
  const schemas = new BuiltInSchemas(registry.documents)
  const log = createLog({ level: 'error', format: 'text', write })
  return {
    systems,
    moment,
    compile() {
      let code: string | undefined
      const { clock } = moment
      const store = new MemoryStore(clock)
      const revision = compile({
        model,
        connectors: systems.connectors,
        definitions,
        schemas,
        state: new State(),
        store,
        intake: new Intake({ store, clock, woken: () => undefined }),
        load: new Load(standardLimits),
        deadLetters: new DeadLetters({ store, clock, bounds: standardBounds }),
        node: 'test',
        access: record => {
          code = record.error
        },
        log,
        clock,
      })
      return { revision, store, failure: () => code }
    },
  }
}

/** The operations that a type of connector has. */
export function operationsOf(registry: Registry, type: string): readonly string[] {
  return Object.keys(member(member(registry.schema('connector', type), '$defs'), 'operations') ?? {})
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}
