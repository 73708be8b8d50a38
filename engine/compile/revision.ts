import type { Connector, Handle } from '../core/component.ts'
import type { SluiceError } from '../core/errors.ts'
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
  /** By the channel's id, where its messages have an order: which lane one is in; `''`: none. Messages of one lane run one after the other. */
  readonly orders: ReadonlyMap<string, (inbound: Inbound) => string | Promise<string>>
  /** What a message of a pipeline's durable queue is handed to, by the id of the channel that took it in; undefined where there is no such pipeline. */
  readonly queued: (pipeline: string, channel: string | undefined) => QueuedPipeline | undefined
  readonly pipelines: ReadonlyMap<string, CompiledPipeline>
  /** It is the one that runs from here on: what it shares with the one before belongs to it. */
  commit(): void
  /** Messages that entered by this revision and have not left it. */
  readonly inFlight: number
  /** Resolves when nothing is in flight: each message is bounded by its deadline, and its `finally` steps by five seconds more. */
  drained(): Promise<void>
}

export interface QueuedPipeline {
  readonly model: PipelineModel
  /** `redelivery` is around it, as around a consuming channel; not where the pipeline promises `at-most-once`. */
  readonly handle: Handle
  /** Puts a message with the dead letters that may not be run any more. Rejects where it could not be kept. */
  readonly bury: (inbound: Inbound, error: SluiceError, attempts: number) => Promise<void>
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
