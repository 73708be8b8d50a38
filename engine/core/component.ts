import type { SluiceError, Violation } from './errors.ts'
import type { Guarantee } from './guarantee.ts'
import type { Keep, KeepBounds } from './keep.ts'
import type { Body, Headers, Inbound, Json, Message, Principal, Reply } from './message.ts'
import type { Clock, Logger, Status } from './ports.ts'
import type { Cut, Scope } from './scope.ts'
import type { Ticks } from './ticks.ts'

/** What the runtime lends to a component with a life of its own. */
export interface Host {
  readonly id: string
  readonly log: Logger
  readonly status: (status: Status) => void
  readonly clock: Clock
  /** What a component keeps in the gateway's own store. */
  readonly keep: (bounds: KeepBounds) => Keep
  /** Where a channel that has a time keeps its ticks. */
  readonly ticks: Ticks
}

/**
 * Resolves: acknowledge, and reply where there is one: the message had its effect, or lies with the dead letters. Rejects (SluiceError): not done,
 * and the source keeps it; `detail.delayMs` says after how long to give it again, where the source is one that `redelivers`. How often, and when
 * that is over, is the engine's affair (`redelivery` of the pipeline). `cut`: aborts when the source gives up.
 */
export type Handle = (inbound: Inbound, cut?: Cut) => Promise<Reply>

/** The same for a channel that is called: what answers at once gives its reply without a promise, or throws. */
export type Answer = (inbound: Inbound, cut?: Cut) => Reply | Promise<Reply>

/** What a schema cannot say about a configuration: a cron expression that is none, two operations of one name. `pointer` is into the configuration. */
export interface ConfigFault {
  readonly pointer: string
  readonly message: string
  readonly hint?: string | undefined
  /** It works, and hardly as it is meant. By default it is an error. */
  readonly severity?: 'warning' | undefined
}

/** What stands around the configuration of a channel that names a connector. */
export interface Beside {
  /** The configuration of the connector. */
  readonly connector: unknown
  /** Its messages have an order, by its own word or that of its pipeline. */
  readonly ordered: boolean
  /** Messages at once, where the channel says so. */
  readonly concurrency: number | undefined
}

/** A channel that is called: a pure value. Nothing starts and nothing stops, so a reload is one swap of the route table. */
export interface ServedChannel<Config> {
  readonly kind: 'served'
  /** `values`: the reply comes as `{ value }` and the adapter renders it; `bytes`: the engine does, by `format`. */
  readonly speaks: 'bytes' | 'values'
  route(config: Config): Route
  check?(config: Config): readonly ConfigFault[]
  /** What is wrong with channels that share a route; `at` is the index of the one to blame. */
  checkTogether?(configs: readonly Config[]): readonly (ConfigFault & { readonly at: number })[]
  /** Called once for every distinct route with all the channels that share it (SOAP: one path, many actions, one WSDL). */
  serve(bound: readonly Bound<Config>[]): Serve
  /**
   * The protocol's way to say no: problem+json, XML problem, SOAP Fault of the caller's version. Called for whatever
   * `serve` throws and for the engine's own refusals (401, 405, 413, 503) on this route. `format` is the channel's, where one is said.
   */
  fault(refusal: Refusal, request: WireHead, config: Config, format: string | undefined): Reply
  /** Where the protocol can answer before the pipeline has run: what a channel with `async: true` says. */
  readonly deferral?: Deferral<Config>
  /** What the protocol has for a key by which a repetition is told. */
  readonly keyed?: Keyed
}

/** Where a protocol says which messages are the same. */
export interface Keyed {
  /** Undefined where the message has none. */
  keyOf(inbound: Inbound): string | undefined
  /** In words: `the header Idempotency-Key`. */
  readonly named: string
}

/** How a protocol says that a message was taken, and what became of it. */
export interface Deferral<Config> {
  /** Where that is asked, by the path parameter `message`, the receipt's id. */
  route(config: Config): Route
  /** `format` is the channel's, where one is said. */
  accepted(receipt: Receipt, inbound: Inbound, format: string | undefined): Reply
  told(receipt: Receipt, format: string | undefined): Reply
}

/** What may be said of a message that was put on a queue. */
export interface Receipt {
  readonly id: string
  /** `failed`: it is a dead letter. `dropped`: an operator took it away. */
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'dropped'
  /** When it was taken: ISO 8601 in UTC. */
  readonly at: string
}

/** An error as a client may see it: no internals. */
export interface Refusal {
  readonly id: string
  readonly status: number
  readonly fault: 'sender' | 'receiver' | 'upstream'
  readonly code: string
  readonly text: string
  /** Allow, Retry-After, WWW-Authenticate. */
  readonly headers: Headers
  readonly violations: readonly Violation[]
  /** All that were found, of which `violations` lists the first. */
  readonly violationCount: number
  /** An author's own, from `fail`. */
  readonly details?: Json | undefined
}

export interface Bound<Config> {
  readonly id: string
  readonly config: Config
  readonly handle: Answer
  readonly contract: MessageContract
}

/** What is said about the messages of a pipeline: for WSDL and OpenAPI. */
export interface MessageContract {
  readonly pipeline: string
  readonly summary?: string | undefined
  readonly input?: Json | undefined
  readonly output?: Json | undefined
  /** By name: what `input` and `output` refer to as `$ref: sluice:/schemas/<name>`. */
  readonly schemas?: ReadonlyMap<string, Json> | undefined
  /** The author's codes that its `fail` steps can raise. */
  readonly failures: readonly string[]
}

/** `path` is literal or has `{name}` parameters. */
export interface Route {
  readonly listener: string
  readonly methods: readonly string[]
  readonly path: string
}

/** Throws what it cannot serve. `refuse` turns an error of `handle` into what may be said of it, for protocols that answer it in their own words. */
export type Serve = (request: WireRequest, refuse: (error: unknown) => Refusal) => Reply | Promise<Reply>

/** The head of a request as the listener read it. */
export interface WireHead {
  /** The correlation id: the caller's `x-correlation-id` where it is well-formed, else the engine's. */
  readonly id: string
  readonly method: string
  readonly path: string
  /** The address as the caller used it, `http://host:port`: for a WSDL's `location`. */
  readonly origin: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | readonly string[]>>
  readonly headers: Headers
  readonly peer: { readonly address: string }
}

export interface WireRequest extends WireHead {
  readonly principal?: Principal | undefined
  /** Aborts when the caller goes away. Made on first use. */
  readonly signal: AbortSignal
  /** For whoever admits the request to set, before its body is asked for. */
  meter?: Meter | undefined
  /** The caller went away; see `Cut`. */
  readonly gone?: boolean | undefined
  /** Whether a body comes with it, of any length. */
  readonly hasBody: boolean
  /** The whole body within the route's limit; empty where there is none. Throws TOO_LARGE, OVERLOADED, CANCELLED, BAD_REQUEST. */
  body(): Promise<Uint8Array>
}

/** Counts the bytes of a body while it comes in. Throws OVERLOADED where there is no room for them. */
export interface Meter {
  count(bytes: number): void
}

/** A channel that goes and gets. Two phases, so that a refused reload has consumed nothing. */
export interface ConsumingChannel<Config, Client = undefined> {
  readonly kind: 'consuming'
  readonly guarantees: Exclude<Guarantee, 'effectively-once'>
  /** `per-cluster`: where several gateways share a store, it is open on one of them at a time, by a lease that the runtime holds. */
  readonly once: 'per-node' | 'per-cluster'
  /**
   * The source itself gives a message again later, after `detail.delayMs`, and counts (`Inbound.redelivered`). By default it cannot: then the engine
   * holds the message, unacknowledged, and runs it again itself; a rejection only hands it back.
   */
  readonly redelivers?: boolean
  /** The type of the connector that it names, and whose client it gets. */
  readonly connector?: string
  /** What the protocol has for a key by which a repetition is told. */
  readonly keyed?: Keyed
  /** What its messages are, in words, where two channels must not take the same. */
  takes?(config: Config): readonly string[]
  /** Whether messages that are given up are the source's to keep: then the engine keeps none, and `Reply.buried` tells the channel. */
  buries?(config: Config): boolean
  claims?(config: Config): readonly string[]
  check?(config: Config): readonly ConfigFault[]
  /** What is wrong with it beside what stands around it; asked where nothing is wrong with either alone. */
  checkBeside?(config: Config, beside: Beside): readonly ConfigFault[]
  create(config: Config, client: Client, handle: Handle, host: Host): Consumer
}

export interface Consumer {
  /** Connects, declares, checks rights; takes no message. Rejects only for what waiting will not cure. */
  prepare?(signal: AbortSignal): Promise<void>
  /** After the commit. Never rejects: from here on trouble is a status and a reconnect. */
  open(): void
  /** Takes no more; resolves when what it had is settled or handed back. Idempotent, safe at any point. */
  close(signal: AbortSignal): Promise<void>
  /** Resolves when the run asked for by `immediately` is settled; the ready screen waits for it, five seconds at most. */
  readonly settled?: Promise<void>
  /** Of a channel that has a time: for whoever asks when, or wants a run besides. */
  readonly schedule?: Scheduled
}

/** When a channel does something by itself. */
export interface Scheduled {
  /** The first tick after an instant, in milliseconds since the epoch; undefined where none comes any more. */
  readonly next: (after: number) => number | undefined
  /** When ticks come, as text. */
  readonly times: string
  /** Runs are one at a time. */
  readonly inRow: boolean
  /** Something was put down for it: it looks at once and not when it would. */
  readonly look: () => void
}

/** Arguments are as the schema says: defaults filled, durations in milliseconds, a `x-payload` argument already bytes. Rejects with a SluiceError. */
export type Operation<Args> = (args: Args, scope: Scope) => Promise<Result | undefined>

/**
 * A call's result: a body, and what is worth binding as `$last`; never a message: vars and origin are the engine's.
 * Bytes with a content type are decoded by the engine. An operation without a result (publish, set) gives `undefined`.
 */
export interface Result {
  readonly body: Body
  readonly contentType?: string | undefined
  readonly found?: boolean | undefined
  readonly headers?: Headers | undefined
  readonly status?: number | undefined
}

/** A rendered `x-payload` argument. */
export interface Payload {
  readonly bytes: Uint8Array
  readonly contentType: string
}

/** A named outside system. `create` is pure; `start` rejects only for what waiting will not cure; `stop` is idempotent and safe without start. */
export interface Connector<Operations, Client = undefined> {
  start?(signal: AbortSignal): Promise<void>
  stop?(signal: AbortSignal): Promise<void>
  readonly operations: { readonly [Name in keyof Operations]: Operation<Operations[Name]> }
  /** What this connector lends to channels and connectors that name it. */
  readonly client: Client
  ping?(signal: AbortSignal): Promise<void>
}

export interface ConnectorDefinition<Config, Operations, Client = undefined> {
  readonly kind: 'connector'
  claims?(config: Config): readonly string[]
  check?(config: Config): readonly ConfigFault[]
  /** `identify`: adds this connector's credentials to an outgoing request, where it has `security`. */
  create(config: Config, host: Host, identify?: Identify): Connector<Operations, Client>
}

/** Bytes to a value and back. Sync, bounded; `decode` throws MALFORMED or NUMBER_PRECISION, `encode` INTERNAL for what the format cannot say. */
export interface FormatDefinition<Config> {
  readonly kind: 'format'
  /** Lower-case; `+xml` stands for every type with that suffix. */
  readonly mediaTypes: readonly string[]
  check?(config: Config): readonly ConfigFault[]
  create(config: Config): Format
}
export interface Format {
  decode(bytes: Uint8Array, contentType: string | undefined): Body
  encode(value: Body): Payload
}

/** A transform by plugin: compiled once for each use, called for each message with a deep-frozen one. */
export interface TransformDefinition<Config> {
  readonly kind: 'transform'
  check?(config: Config): readonly ConfigFault[]
  compile(config: Config): (message: Message, scope: Scope) => Body | Promise<Body>
}

/** Who calls (`authenticate`), or who we are to others (`identify`). */
export interface SecurityDefinition<Config> {
  readonly kind: 'security'
  /** `head`: decided before the body is read. */
  readonly needs: 'head' | 'body'
  check?(config: Config): readonly ConfigFault[]
  create(config: Config, name: string): Security
}
export interface Security {
  /** Rejects with UNAUTHENTICATED, whose headers carry the challenge. */
  authenticate?(request: WireHead): Principal | Promise<Principal>
  identify?: Identify
}
export type Identify = (outgoing: {
  readonly method: string
  readonly url: string
  readonly headers: Headers
}) => Headers | Promise<Headers>

/** A verb of the language; what more there is to it only `compile` knows. */
export interface VerbDefinition {
  readonly kind: 'step'
}

export type Definition =
  | VerbDefinition
  | ServedChannel<never>
  | ConsumingChannel<never, never>
  | ConnectorDefinition<never, never, unknown>
  | FormatDefinition<never>
  | TransformDefinition<never>
  | SecurityDefinition<never>

/** A step may answer at once: a chain of steps that wait for nothing costs no promise. A policy wraps a step, and there is no second way to wrap anything. */
export type Step = (message: Message, scope: Scope) => Message | Promise<Message>
export type Policy = (next: Step) => Step

export const defineServed = <C>(d: Omit<ServedChannel<C>, 'kind'>): ServedChannel<C> => ({ kind: 'served', ...d })
export const defineConsuming = <C, K = undefined>(d: Omit<ConsumingChannel<C, K>, 'kind'>): ConsumingChannel<C, K> => ({
  kind: 'consuming',
  ...d,
})
export const defineConnector = <C, O, K = undefined>(d: Omit<ConnectorDefinition<C, O, K>, 'kind'>): ConnectorDefinition<C, O, K> => ({
  kind: 'connector',
  ...d,
})
export const defineFormat = <C>(d: Omit<FormatDefinition<C>, 'kind'>): FormatDefinition<C> => ({ kind: 'format', ...d })
export const defineTransform = <C>(d: Omit<TransformDefinition<C>, 'kind'>): TransformDefinition<C> => ({ kind: 'transform', ...d })
export const defineSecurity = <C>(d: Omit<SecurityDefinition<C>, 'kind'>): SecurityDefinition<C> => ({ kind: 'security', ...d })

/** Called where a promise's rejection would be nobody's: every listener and every floating call names its owner. */
export type Report = (error: SluiceError) => void
