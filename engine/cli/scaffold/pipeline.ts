import { join } from 'node:path'
import { yamlOf } from '../../config/format-text-value.ts'
import { load } from '../../config/load.ts'
import { suggestion } from '../../config/near.ts'
import type { Json } from '../../core/message.ts'
import type { Model } from '../../core/model.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Invocation } from '../command.ts'
import { InputError } from '../input.ts'
import { noType } from './connector.ts'
import { type Keywords, member, propertyOf, requiredExample, wholeExample } from './examples.ts'
import type { NewFiles } from './new-files.ts'

export interface PipelineAsked {
  readonly name: string
  /** A type of channel. */
  readonly channel: string | undefined
  /** `connector.operation`. */
  readonly call: string | undefined
}

/** A pipeline and its test, out of the schemas' examples. Throws InputError where what it names is not there. */
export async function newPipeline(asked: PipelineAsked, { settings, environment }: Invocation, registry: Registry): Promise<NewFiles> {
  const { name, channel, call } = asked
  const [folder = 'pipelines'] = settings.config
  const { model } = await load({ folder: settings.config, environment, registry, listen: settings.listen })
  const known = model?.pipelines.get(name)
  if (known !== undefined) throw new InputError(`there is a pipeline "${name}" already, at ${known.where.file}:${known.where.line}`)
  const step = call === undefined ? undefined : callStep(call, model, registry)
  const pipeline = {
    summary: `Says in one line what ${name} does`,
    ...(channel === undefined ? {} : { channels: [channelFor(channel, name, { model, registry })] }),
    steps: step === undefined ? [{ transform: { hello: 'world' } }] : [step.value],
  }
  const test = {
    name: 'answers',
    pipeline: name,
    ...(step === undefined ? {} : { mock: step.mock }),
    expect: { status: 200 },
  }
  return {
    [join(folder, `${name}.yaml`)]: yamlOf({ pipelines: { [name]: pipeline } }),
    [join(folder, `${name}.test.yaml`)]: yamlOf({ tests: [test] }),
  }
}

interface Known {
  readonly model: Model | undefined
  readonly registry: Registry
}

/** What a channel needs, named for its pipeline where it has a path or an operation; by the first connector of its type where it has one. */
function channelFor(type: string, name: string, { model, registry }: Known): Json {
  const schema = registry.schema('channel', type)
  if (schema === undefined) throw noType('channel', type, registry)
  const needed = requiredExample(schema)
  const config = Object.keys(needed).length === 0 ? wholeExample(schema) : needed
  const refersTo = propertyOf(schema, 'connector')['x-reference'] === 'connector'
  const named = { path: `/${name}`, operation: name, ...(refersTo ? { connector: connectorOf(type, model) } : {}) }
  const own = Object.entries(named).filter(([key]) => Object.keys(propertyOf(schema, key)).length > 0)
  return { [type]: { ...config, ...Object.fromEntries(own) }, ...(schema['x-served'] === true ? { security: 'none' } : {}) }
}

function connectorOf(type: string, model: Model | undefined): string {
  const found = [...connectorsOf(model).values()].find(connector => connector.type === type)
  if (found !== undefined) return found.name
  throw new InputError(`a channel "${type}" needs a connector of this type: "sluice new connector ${type} NAME" begins one`)
}

function connectorsOf(model: Model | undefined): Model['connectors'] {
  if (model !== undefined) return model.connectors
  throw new InputError('the configuration has errors, so its connectors are not known: "sluice check" says which')
}

function callStep(call: string, model: Model | undefined, registry: Registry): { readonly value: Json; readonly mock: Json } {
  const [connector = '', operation = ''] = call.split('.')
  const connectors = connectorsOf(model)
  const found = connectors.get(connector)
  if (found === undefined) throw new InputError(`there is no connector "${connector}"${hinted(connector, [...connectors.keys()])}`)
  const operations = member(member(registry.schema('connector', found.type) ?? {}, '$defs'), 'operations')
  if (!Object.hasOwn(operations, operation))
    throw new InputError(`the connector "${connector}" has no operation "${operation}"${hinted(operation, Object.keys(operations))}`)
  const schema: Keywords = member(operations, operation)
  const needed = requiredExample(schema)
  return {
    value: { call, ...(Object.keys(needed).length === 0 ? {} : { with: needed }) },
    mock: { [call]: schema['x-result'] === false ? {} : { returns: {} } },
  }
}

function hinted(name: string, names: readonly string[]): string {
  const hint = suggestion(name, names)
  return `${hint === undefined ? '' : ` (${hint})`}${names.length === 0 ? '' : `; there are ${names.join(', ')}`}`
}
