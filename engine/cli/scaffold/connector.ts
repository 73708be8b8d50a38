import { join } from 'node:path'
import { yamlOf } from '../../config/format-text-value.ts'
import { suggestion } from '../../config/near.ts'
import type { Registry } from '../../registry/registry.ts'
import { InputError } from '../input.ts'
import { wholeExample } from './examples.ts'
import type { NewFiles } from './new-files.ts'

interface Place {
  readonly folder: string
  readonly registry: Registry
}

/** A connector as the example of its type's schema shows it. Throws InputError for a type that there is not. */
export function newConnector(type: string, name: string, { folder, registry }: Place): NewFiles {
  const schema = registry.schema('connector', type)
  if (schema === undefined) throw noType('connector', type, registry)
  return { [join(folder, 'connectors', `${name}.yaml`)]: yamlOf({ connectors: { [name]: { [type]: wholeExample(schema) } } }) }
}

export function noType(kind: 'connector' | 'channel', type: string, registry: Registry): InputError {
  const types = registry.types(kind)
  const hint = suggestion(type, types)
  return new InputError(`there is no type of ${kind} "${type}"${hint === undefined ? '' : ` (${hint})`}; the types are ${types.join(', ')}`)
}
