import type { Duration } from './duration.ts'
import type { Tree } from './expression.ts'
import type { Where } from './finding.ts'
import type { Guarantee } from './guarantee.ts'
import type { Json } from './message.ts'
import type {
  BreakerPolicy,
  IdempotencyPolicy,
  QueuePolicy,
  RateLimitPolicy,
  RedeliveryPolicy,
  ReplyCachePolicy,
  RetryPolicy,
} from './policies.gen.ts'

/** The kinds of component: each has a folder of schemas of that name. */
export type Kind = 'channel' | 'connector' | 'format' | 'security' | 'step' | 'transform'

/**
 * One component as loaded: its type, and its configuration as the type's schema describes it, complete and parsed: defaults filled, `Duration` and
 * `Size` as numbers, `Secret` and `Template` as objects, nested components as components. Deep-frozen, never checked again.
 */
export interface Component<Config = unknown> {
  readonly kind: Kind
  readonly type: string
  readonly config: Config
  readonly where: Where
}

/** A component with a life: kept over a reload while its hash is the same. */
export interface Living<Config = unknown> extends Component<Config> {
  /** Unique in a model, stable over edits elsewhere: `connector/rates`, `channel/get-rate/http:POST /client1/get-rate`. */
  readonly id: string
  /** Keyed hash over the revealed configuration, modifiers and the hashes of what it needs. */
  readonly hash: string
  /** Ids of living components that it cannot be without: a channel's connector, a connector's security. */
  readonly needs: readonly string[]
  /** What only one component may hold: `tcp:127.0.0.1:8080`, `jms:client-id:orders`. */
  readonly claims: readonly string[]
}

/** One whole accepted configuration. */
export interface Model {
  /** Changes when anything in it does; safe to print. */
  readonly hash: string
  readonly connectors: ReadonlyMap<string, ConnectorModel>
  readonly security: ReadonlyMap<string, SecurityModel>
  readonly schemas: ReadonlyMap<string, Json>
  readonly listeners: ReadonlyMap<string, ListenerModel>
  readonly pipelines: ReadonlyMap<string, PipelineModel>
  /** By name: what `plugin:` steps use. */
  readonly plugins: ReadonlySet<string>
}

export interface ConnectorModel extends Living {
  readonly name: string
  readonly timeout?: Duration | undefined
  readonly retry?: RetryPolicy | undefined
  readonly breaker: BreakerPolicy | false
  readonly concurrency?: number | undefined
  readonly rateLimit?: RateLimitPolicy | undefined
  readonly required: boolean
  readonly security?: string | undefined
  readonly format?: Component | undefined
}

export interface SecurityModel extends Living {
  readonly name: string
}

export interface ListenerModel {
  readonly id: string
  readonly name: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly where: Where
}

export interface ChannelModel extends Living {
  readonly pipeline: string
  readonly name?: string | undefined
  readonly format?: Component | undefined
  /** Names of `security` entries, any of which lets a caller in; empty: `none`. */
  readonly security: readonly string[]
  readonly concurrency?: number | undefined
  /** Its messages are put on the pipeline's durable queue. */
  readonly async: boolean
  /** Where it differs from the pipeline's. */
  readonly order?: Tree | undefined
}

export interface PipelineModel {
  readonly name: string
  readonly summary?: string | undefined
  readonly description?: string | undefined
  readonly tags: readonly string[]
  /** JSON Schemas, with references to `schemas:` as `$ref: sluice:/schemas/<name>`. */
  readonly input?: Json | undefined
  readonly output?: Json | undefined
  readonly channels: readonly ChannelModel[]
  readonly steps: readonly StepModel[]
  readonly reply?: ReplyModel | undefined
  readonly catch: readonly CatchModel[]
  readonly finally: readonly StepModel[]
  /** Undefined: 30 s where a channel replies, 1 h elsewhere. */
  readonly timeout?: Duration | undefined
  readonly concurrency?: number | undefined
  readonly guarantee: Guarantee
  readonly redelivery: RedeliveryPolicy
  /** Steps that put a message elsewhere that is given up. */
  readonly deadLetter: 'store' | readonly StepModel[]
  /** `none`, `strict`, or a key; undefined: `none`. */
  readonly order?: Tree | undefined
  readonly idempotency?: IdempotencyPolicy | undefined
  /** Replies are kept for those who ask the same. */
  readonly cache?: ReplyCachePolicy | undefined
  readonly queue: QueuePolicy
  /** Over its whole configuration: an unchanged pipeline compiles to the same thing. */
  readonly hash: string
  readonly where: Where
}

/** One line of a pipeline. `config` holds the verb's keys (`call` and `with`, `each` and `steps`), as `schemas/step/<verb>.json` says. */
export interface StepModel<Config = unknown> extends Component<Config> {
  readonly kind: 'step'
  /** Its place in the pipeline, for logs, errors and traces: `steps/3`, `steps/3/each/0`, or the author's `name`. */
  readonly id: string
  readonly when?: Tree | undefined
  readonly as?: string | undefined
  readonly returns?: Json | undefined
  readonly timeout?: Duration | undefined
  readonly retry?: RetryPolicy | undefined
  readonly idempotent: boolean
  readonly catch: readonly CatchModel[]
  readonly finally: readonly StepModel[]
}

export interface CatchModel {
  /** Codes, an author's codes, or what the called system answered: `404`, `5xx`. Empty: everything. */
  readonly on: readonly string[]
  readonly when?: Tree | undefined
  readonly steps: readonly StepModel[]
  readonly where: Where
}

export interface ReplyModel {
  readonly status?: Tree | undefined
  readonly headers?: { readonly [name: string]: Tree } | undefined
  readonly body?: Tree | undefined
}
