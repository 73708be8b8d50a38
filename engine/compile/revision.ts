import type { Connector, Definition, Handle } from '../core/component.ts'
import type { Body, Headers, Inbound, Json } from '../core/message.ts'
import type { ConnectorModel, Kind, Model, PipelineModel } from '../core/model.ts'
import type { AccessRecord, Clock, Logger } from '../core/ports.ts'
import type { RouteTable } from '../core/route.ts'
import type { StepEvent } from '../core/scope.ts'

/** One complete accepted configuration, compiled: what a message meets. Swapped as a whole. */
export interface Revision {
  readonly model: Model
  /** By listener name. */
  readonly routes: RouteTable
  /** What consuming channels call, by channel id. */
  readonly consumers: ReadonlyMap<string, Handle>
  readonly pipelines: ReadonlyMap<string, CompiledPipeline>
  /** Messages inside now. */
  readonly inFlight: number
  /** Resolves when the last message that entered has left; they all have deadlines, so it does. */
  drained(): Promise<void>
}

export interface CompiledPipeline {
  readonly model: PipelineModel
  /** Runs one message through input check, steps, reply and output check, as a channel would. Rejects with its SluiceError. */
  invoke(inbound: Inbound, options?: InvokeOptions): Promise<Invoked>
}
export interface InvokeOptions {
  readonly watch?: ((event: StepEvent) => void) | undefined
  /** The channel whose format a text body and the reply go through; the body is a value where it is absent. */
  readonly channel?: string | undefined
}
export interface Invoked {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** A started connector: what `call` reaches. */
export interface LiveConnector {
  readonly model: ConnectorModel
  readonly connector: Connector<Record<string, unknown>, unknown>
}

export interface CompileOptions {
  readonly model: Model
  readonly connectors: ReadonlyMap<string, LiveConnector>
  /** The module of a component; everything that the model uses is loaded. */
  readonly definitions: (kind: Kind, type: string) => Definition
  /** The schema of a component: operations' arguments are in a connector's `$defs.operations`. */
  readonly schema: (kind: Kind, type: string) => { readonly [key: string]: Json } | undefined
  /** Every built-in schema by `$id`, for references. */
  readonly documents: ReadonlyMap<string, Json>
  /** What survives a reload: breakers, limiters, budgets, counters. */
  readonly state: { get<T>(key: string, hash: string, make: () => T): T }
  readonly access: (record: AccessRecord) => void
  readonly log: Logger
  readonly clock: Clock
}
