import { createTypeOfSchema } from '../../expression/typing/schema-type.ts'
import { type Type, unknown } from '../../expression/typing/type.ts'
import { createResolve } from '../../schema/locate.ts'
import type { Framed } from '../framed.ts'
import { messageSchema, schemaId } from '../message-schema.ts'
import { channelsOf, type Project } from '../project.ts'
import { part } from '../schema-of.ts'

/** The types that the configuration says by schemas. */
export interface SchemaTypes {
  /** Of messages that a schema of the configuration lets through; unknown where none is written. */
  of(framed: Framed | undefined): Type
  /** Of what `connector.operation` gives; `unchanged` where it gives nothing and leaves the body. */
  operation(call: string | undefined): Type | 'unchanged'
  /** The names in the paths of a pipeline's channels. */
  params(pipeline: string): readonly string[]
}

export function schemaTypes(project: Project): SchemaTypes {
  const { catalogue, declarations, messageSchemas } = project
  const resolve = createResolve(new Map([...messageSchemas].map(([name, schema]) => [schemaId(name), schema])))
  const typeOf = createTypeOfSchema(resolve)
  const params = new Map<string, string[]>()
  for (const { pipeline, channel } of channelsOf(project)) {
    const names = [...routeOf(channel.type, project.configs.get(channel), project).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
    params.set(pipeline, [...(params.get(pipeline) ?? []), ...names])
  }
  return {
    of: framed => (framed === undefined ? unknown : typeOf(messageSchema(framed, declarations.schemas))),
    operation: call => {
      const [connector = '', operation = ''] = (call ?? '').split('.')
      const declared = declarations.connectors.get(connector)
      if (declared?.kind !== 'component') return unknown
      const definitions = part(catalogue.component('connector', declared.type), '$defs')
      if (part(part(definitions, 'operations'), operation)?.['x-result'] === false) return 'unchanged'
      const result = part(part(definitions, 'results'), operation)
      return result === undefined ? unknown : typeOf(result)
    },
    params: pipeline => params.get(pipeline) ?? [],
  }
}

/** The path under which a channel is called, where it is. */
function routeOf(type: string, config: unknown, { definition }: Project): string {
  const channel = definition('channel', type)
  if (channel?.kind !== 'served' || config === undefined) return ''
  // the configuration is what the schema of the same type made of it
  return channel.route(config as never).path
}

/** An input that says nothing of the parameters of the path takes them all the same. */
export function withParams(input: Type, params: readonly string[]): Type {
  if (params.length === 0 || input.forms === undefined) return input
  const forms = input.forms.map(form => {
    if (form.kind !== 'object') return form
    const others = params.filter(name => !form.fields.has(name)).map(name => [name, unknown] as const)
    return { ...form, fields: new Map([...form.fields, ...others]) }
  })
  return { ...input, forms }
}

/** The schema of a `format` or `parse` step says nothing: what is rendered is a text where its media type is one. */
export const isRenderedAsText = (type: string, { definition }: Project): boolean => {
  const format = definition('format', type)
  return (
    format?.kind === 'format' &&
    format.mediaTypes.some(name => /^text\/|[/+](?:json|xml)\b|^application\/x-www-form-urlencoded\b/.test(name))
  )
}
