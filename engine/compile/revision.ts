import type { Connector, Handle } from '../core/component.ts'
import type { Body, Headers, Inbound } from '../core/message.ts'
import type { ConnectorModel, Model, PipelineModel } from '../core/model.ts'
import type { RouteTable } from '../core/route.ts'
import type { StepEvent } from '../core/scope.ts'

/** A connector that was started, and the configuration that started it. */
export interface LiveConnector {
  readonly model: ConnectorModel
  readonly connector: Connector<Record<string, unknown>, unknown>
}

/** One complete accepted configuration, compiled: pure data and functions, nothing in it starts or stops. */
export interface Revision {
  readonly model: Model
  readonly routes: RouteTable
  /** What consuming channels call, by the channel's id. */
  readonly consumers: ReadonlyMap<string, Handle>
  readonly pipelines: ReadonlyMap<string, CompiledPipeline>
  /** Messages that entered by this revision and have not left it. */
  readonly inFlight: number
  /** Resolves when nothing is in flight: each message is bounded by its deadline, and its `finally` steps by five seconds more. */
  drained(): Promise<void>
}

export interface CompiledPipeline {
  readonly model: PipelineModel
  /** Runs it once, as a channel would. A body in bytes is read by its content type. Rejects with a SluiceError. */
  invoke(inbound: Inbound, options?: InvokeOptions): Promise<Invoked>
}

export interface InvokeOptions {
  /** Told of every step as it ends. */
  readonly watch?: ((event: StepEvent) => void) | undefined
  /** By default the pipeline's own, else 30 s. */
  readonly timeoutMs?: number | undefined
}

/** What a pipeline answered, as values. */
export interface Invoked {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}
