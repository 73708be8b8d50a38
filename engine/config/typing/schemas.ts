import type { Json } from '../../core/message.ts'
import { createTypeOfSchema } from '../../expression/typing/schema-type.ts'
import { type Type, unknown } from '../../expression/typing/type.ts'
import { createResolve } from '../../schema/locate.ts'
import type { Framed } from '../framed.ts'
import { type IsDeclared, messageSchema, schemaId } from '../message-schema.ts'
import { type Catalogue, part } from '../schema-of.ts'

/** The types that the configuration says by schemas. */
export interface SchemaTypes {
  /** Of messages that a schema of the configuration lets through; unknown where none is written. */
  of(framed: Framed | undefined): Type
  /** Of what `connector.operation` gives; `unchanged` where it gives nothing and leaves the body. */
  operation(call: string | undefined): Type | 'unchanged'
}

/** What the types of schemas depend on. */
export interface Said {
  readonly catalogue: Catalogue
  readonly declared: IsDeclared
  /** The schema of this name under `schemas:`. */
  readonly schema: (name: string) => Json | undefined
  /** The type of the connector of this name. */
  readonly connectorType: (name: string) => string | undefined
}

export function schemaTypes({ catalogue, declared, schema, connectorType }: Said): SchemaTypes {
  const prefix = schemaId('')
  const resolve = createResolve({ get: id => (id.startsWith(prefix) ? schema(id.slice(prefix.length)) : undefined) })
  const typeOf = createTypeOfSchema(resolve)
  return {
    of: framed => (framed === undefined ? unknown : typeOf(messageSchema(framed, declared))),
    operation: call => {
      const [connector = '', operation = ''] = (call ?? '').split('.')
      const type = connectorType(connector)
      if (type === undefined) return unknown
      const definitions = part(catalogue.component('connector', type), '$defs')
      if (part(part(definitions, 'operations'), operation)?.['x-result'] === false) return 'unchanged'
      const result = part(part(definitions, 'results'), operation)
      return result === undefined ? unknown : typeOf(result)
    },
  }
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
