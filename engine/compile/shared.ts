import type { Json } from '../core/message.ts'
import { BuiltInSchemas } from '../schema/built-in.ts'
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
  /** Of components: for the arguments of operations. */
  readonly schemas: BuiltInSchemas
  readonly check: CheckOf
  readonly activity: Activity
  readonly unread: UnreadBodies
  readonly nextId: () => string
}

export function share(options: CompileOptions): Shared {
  const schemas = componentSchemas(options)
  return {
    options,
    schemas,
    formats: createFormats(options, schemas),
    check: createChecks(options),
    activity: new Activity(),
    unread: new UnreadBodies(),
    nextId: createIds(),
  }
}

/** The built-in ones, and those of plugins that are connectors. What is compiled of them is kept over reloads. */
function componentSchemas({ model, documents, schema, state }: CompileOptions): BuiltInSchemas {
  const foreign = new Map<string, Json>()
  for (const { type } of model.connectors.values()) {
    const id = `sluice:/connector/${type}.json`
    const document = documents.has(id) ? undefined : schema('connector', type)
    if (document !== undefined) foreign.set(id, document)
  }
  return state.get('component-schemas', JSON.stringify([...foreign]), () => new BuiltInSchemas(new Map([...documents, ...foreign])))
}
