import type { Result } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import type { Json } from '../core/message.ts'
import type { ConnectorModel } from '../core/model.ts'
import type { RetryPolicy } from '../core/policies.gen.ts'
import type { CompileOptions } from './options.ts'
import { guardCall } from './policies/guard-call.ts'
import type { Place } from './policies/located.ts'
import type { Work } from './work.ts'

export type Arguments = Readonly<Record<string, unknown>>
export type Call = Work<Arguments, Result | undefined>

/** What `call: connector.operation` names. */
export interface Target {
  readonly connector: ConnectorModel
  readonly operation: string
  /** The schema of its arguments, as a reference into the connector type's schema, and itself. */
  readonly ref: string
  readonly schema: OperationSchema
  /** It may be done twice without harm. */
  readonly idempotent: boolean
  /** It answers with something: a publish or a set does not. */
  readonly hasResult: boolean
  /** The operation with its connector's policies around it. */
  guarded(options: { readonly place: Place; readonly idempotent: boolean; readonly retry: RetryPolicy | undefined }): Call
}

export interface OperationSchema {
  readonly properties?: Readonly<Record<string, PropertySchema>>
  readonly required?: readonly string[]
  readonly 'x-idempotent'?: boolean
  readonly 'x-result'?: boolean
}
export interface PropertySchema {
  readonly default?: Json
  readonly 'x-component'?: string
  readonly 'x-payload'?: boolean
}

/** Throws INTERNAL for a name that the loader should have refused. */
export function findTarget(call: string, { connectors, schemas, state, clock, called }: CompileOptions): Target {
  const [name = '', operation = ''] = call.split('.')
  const live = connectors.get(name)
  const invoke = live?.connector.operations[operation]
  const described = live === undefined ? undefined : operationSchema(schemas.get(`sluice:/connector/${live.model.type}.json`), operation)
  if (live === undefined || invoke === undefined || described === undefined)
    throw new SluiceError('INTERNAL', `there is no operation ${call}`)
  const connector = live.model
  return {
    connector,
    operation,
    ref: `sluice:/connector/${connector.type}.json#/$defs/operations/${operation}`,
    schema: described,
    idempotent: described['x-idempotent'] === true,
    hasResult: described['x-result'] !== false,
    // The arguments were checked against the schema that the operation's type is generated from.
    guarded: options => guardCall(invoke as Call, { ...options, connector, operation, state, clock, called }),
  }
}

function operationSchema(document: Json | undefined, operation: string): OperationSchema | undefined {
  const operations = member(member(document, '$defs'), 'operations')
  // `$defs.operations` of a connector's schema holds schemas of objects: a test of the schemas says so.
  return member(operations, operation) as OperationSchema | undefined
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined
  return (value as { readonly [key: string]: Json })[name]
}
