import { fingerprint } from '../config/fingerprint.ts'
import { namesIn } from '../config/message-schema.ts'
import type { Route } from '../core/component.ts'
import { formatDuration, formatSize } from '../core/duration.ts'
import { Template } from '../core/expression.ts'
import type { Json } from '../core/message.ts'
import type { ChannelModel, Component, Kind, Living, Model, PipelineModel } from '../core/model.ts'
import { digestOf } from '../files/read.ts'
import type { Registry } from '../registry/registry.ts'
import type { Definitions } from './definitions.ts'
import { type DescribedReply, describeReply } from './describe-reply.ts'

/** A model as it may be shown, and compared with another one, in this process or elsewhere. There is no secret in it. JSON. */
export interface Description {
  /** Hashes of two descriptions say something of each other only where this is the same: both were made by one process. */
  readonly seal: string
  readonly listeners: readonly DescribedListener[]
  readonly security: readonly Described[]
  readonly connectors: readonly Described[]
  readonly pipelines: readonly DescribedPipeline[]
  /** Those under `schemas:`. */
  readonly schemas: readonly { readonly name: string; readonly schema: Json }[]
}

export interface Described {
  readonly id: string
  readonly type: string
  /** Over everything, secrets too. */
  readonly hash: string
  /** Over what may be shown: the same in every process, and unmoved by a new password. */
  readonly digest: string
  readonly needs: readonly string[]
  readonly claims: readonly string[]
}

/** One that `listeners:` declares; where `public` listens otherwise is a setting, and no part of the configuration. */
export interface DescribedListener {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface DescribedChannel extends Described {
  readonly consuming: boolean
  /** Where it is called, if it is. */
  readonly route?: Route | undefined
  /** Names of entries, any of which lets a caller in; empty: everybody comes in. */
  readonly security: readonly string[]
  readonly format?: { readonly type: string; readonly digest: string } | undefined
  readonly relied: readonly Relied[]
}

/** What callers rely on, by the keyword `x-clients` of the channel's schema: that it stays the `same`, or that it is not made smaller than it was. */
export interface Relied {
  readonly name: string
  readonly on: 'same' | 'least'
  readonly value: string | number
  readonly text: string
}

export interface DescribedPipeline {
  readonly id: string
  readonly name: string
  readonly hash: string
  /** Over everything but its channels. */
  readonly digest: string
  readonly input?: Json | undefined
  readonly output?: Json | undefined
  readonly reply: DescribedReply
  readonly channels: readonly DescribedChannel[]
}

export interface DescribeOptions {
  readonly definitions: Definitions
  readonly registry: Pick<Registry, 'schema' | 'documents'>
}

export function describe(model: Model, options: DescribeOptions): Description {
  const listeners = [...model.listeners.values()].filter(({ where }) => where.pointer !== '')
  return {
    seal: fingerprint('seal'),
    listeners: listeners.map(({ id, name, host, port }) => ({ id, name, host, port })),
    security: [...model.security.values()].map(described),
    connectors: [...model.connectors.values()].map(described),
    pipelines: [...model.pipelines.values()].map(pipeline => describePipeline(pipeline, model, options)),
    schemas: [...model.schemas].map(([name, schema]) => ({ name, schema })),
  }
}

function describePipeline(pipeline: PipelineModel, model: Model, options: DescribeOptions): DescribedPipeline {
  const { name, hash, channels, where: _, input, output, ...rest } = pipeline
  return {
    id: `pipeline/${name}`,
    name,
    hash,
    digest: digestOf(...withSchemas({ name, input, output, ...rest }, model.schemas)),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    reply: describeReply(pipeline.reply),
    channels: channels.map(channel => describeChannel(channel, options)),
  }
}

function describeChannel(channel: ChannelModel, { definitions, registry }: DescribeOptions): DescribedChannel {
  const definition = definitions('channel', channel.type)
  const { format, security, config } = channel
  // a definition takes what its own schema admits, and that is what the configuration was checked against
  const route = definition.kind === 'served' ? definition.route(config as never) : undefined
  return {
    ...described(channel),
    consuming: definition.kind === 'consuming',
    ...(route === undefined ? {} : { route }),
    security,
    ...(format === undefined ? {} : { format: { type: format.type, digest: digest(format) } }),
    relied: relied(config, channel, registry),
  }
}

function described(living: Living): Described {
  const { id, type, hash, needs, claims, where: _, ...rest } = living
  return { id, type, hash, digest: digest(rest), needs, claims }
}

/** The values of a configuration whose property says that callers rely on them. */
function relied(
  config: unknown,
  { kind, type }: Component & { readonly kind: Kind },
  registry: DescribeOptions['registry'],
): readonly Relied[] {
  return Object.entries(record(registry.schema(kind, type)?.['properties'])).flatMap(([name, schema]): readonly Relied[] => {
    const on = record(schema)['x-clients']
    const value = record(config)[name]
    if ((on !== 'same' && on !== 'least') || (typeof value !== 'string' && typeof value !== 'number')) return []
    return [{ name, on, value, text: textOf(value, record(schema)['$ref'], registry) }]
  })
}

function textOf(value: string | number, ref: unknown, { documents }: DescribeOptions['registry']): string {
  const unit = typeof ref === 'string' ? record(documents.get(ref))['x-type'] : undefined
  if (typeof value !== 'number') return value
  return unit === 'size' ? formatSize(value) : unit === 'duration' ? formatDuration(value) : String(value)
}

/** The text of a thing, and those of the schemas under `schemas:` that it names, directly or through others. */
function withSchemas(thing: unknown, schemas: Model['schemas']): readonly string[] {
  const texts = [plainText(thing)]
  const named = new Set<string>()
  for (let at = 0; at < texts.length; at += 1)
    for (const name of namesIn(JSON.parse(texts[at] ?? '{}'))) {
      const schema = schemas.get(name)
      if (schema !== undefined && !named.has(name)) texts.push(JSON.stringify(schema))
      named.add(name)
    }
  return texts
}

/** Places do not count, expressions count as they are written, secrets as what may be seen of them. */
const plainText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Template) return part.parts.map(piece => (typeof piece === 'string' ? piece : { expression: piece.source }))
    return isWhere(part) ? undefined : part
  })

const digest = (value: unknown): string => digestOf(plainText(value))

const isWhere = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'column,file,line,pointer'

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
