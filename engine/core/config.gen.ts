// Generated from schemas/ by `npm run generate`. Do not edit.
import type { Payload } from './component.ts'
import type { Duration, Size } from './duration.ts'
import type { Tree } from './expression.ts'
import type { Body, Json } from './message.ts'
import type { CatchModel, Component, ReplyModel, StepModel } from './model.ts'
import type { BreakerPolicy, RateLimitPolicy, RetryPolicy, TlsOptions } from './policies.gen.ts'
import type { Secret } from './secret.ts'

/** What may stand beside the type of any channel. */
export type ChannelModifiers = {
  /** Tells two channels of one pipeline apart that have the same type and route. */
  readonly name?: string | undefined
  /** Parses what comes in and renders the reply; it wins over the content type that a client sends. By default the content type decides. */
  readonly format?: Component | undefined
  /** The `security` entries any of which lets a caller in; `none` must be said. Required where the channel is called from outside. */
  readonly security?: readonly string[] | undefined
  /** Messages of this channel at once; above it, callers get 503, sources are not read. */
  readonly concurrency: number
}

/** Answers HTTP requests. GET also answers HEAD; OPTIONS answers with what the path allows. */
export type HttpChannel = {
  /** The path, literal or with parameters in braces. */
  readonly path: string
  /** The method. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The listener that serves it. */
  readonly listener: string
  /** A larger body is refused (413). */
  readonly maxBody: Size
}

/** Runs its pipeline at times. A tick that comes while the run before it still goes on is skipped, and said so in the log. */
export type ScheduleChannel = {
  /** How often, aligned to the epoch, so that all nodes name the same tick. */
  readonly every?: Duration | undefined
  /** Five or six fields (seconds first where six), names, `L`, `1#1`, or `@hourly` and its like. */
  readonly cron?: string | undefined
  /** Time zone of `cron`. Where clocks spring forward, a time that does not exist runs once, right after; where they fall back, a fixed time runs once. */
  readonly zone: string
  /** A run besides the ticks at the start of the gateway. */
  readonly immediately: boolean
  /** The body of its messages; an empty object by default. */
  readonly body: Body
}

/** Answers one SOAP operation, 1.1 and 1.2, document/literal. Several channels may share a path; its WSDL is at `?wsdl`. A reply that is no object stands in elements `return`. */
export type SoapChannel = {
  /** The path of the service. */
  readonly path: string
  /** Name of the operation, and of its request element; the reply’s is `<operation>Response`. */
  readonly operation: string
  /** Namespace of the service’s elements. */
  readonly namespace: string
  /** The listener that serves it. */
  readonly listener: string
  /** A larger body is refused (413). */
  readonly maxBody: Size
}

/** One YAML document of a configuration folder: optional maps by name. */
export type Configuration = {
  /** Systems reached by name; an address or a password never appears in a pipeline. */
  readonly connectors?: { readonly [key: string]: Component } | undefined
  /** Who may call a channel, and how connectors identify themselves. */
  readonly security?: { readonly [key: string]: Component } | undefined
  /** JSON Schemas (draft 2020-12) for messages, inline or `file: order.json` beside their YAML; never remote. */
  readonly schemas?: { readonly [key: string]: Json } | undefined
  /** HTTP ports; `public` is there by default, at SLUICE_LISTEN. */
  readonly listeners?: { readonly [key: string]: ListenerConfig } | undefined
  /** Values for every pipeline, channel and connector that does not say its own; maps are filled key by key, and `null` there refuses a default. */
  readonly defaults?: {
    /** For every pipeline. */
    readonly pipelines?: {
      /** Words to group pipelines by. */
      readonly tags?: readonly string[] | undefined
      /** Deadline of one message: 30s where a channel replies, 1h elsewhere. */
      readonly timeout?: Duration | undefined
      /** Messages at once over all its channels; above it, callers get 503. */
      readonly concurrency?: number | undefined
      /** What is done when a step fails. */
      readonly catch?: readonly CatchModel[] | undefined
      /** What is done after the steps in any case; its result is dropped. */
      readonly finally?: readonly StepModel[] | undefined
    } | undefined
    /** For every channel whose type can have it. */
    readonly channels?: {
      /** Parses what comes in and renders the reply; it wins over the content type that a client sends. By default the content type decides. */
      readonly format?: Component | undefined
      /** The `security` entries any of which lets a caller in; `none` must be said. Required where the channel is called from outside. */
      readonly security?: readonly string[] | undefined
      /** Messages of this channel at once; above it, callers get 503, sources are not read. */
      readonly concurrency?: number | undefined
    } | undefined
    /** For every connector whose type can have it. */
    readonly connectors?: {
      /** How long one attempt of a call may take. */
      readonly timeout?: Duration | undefined
      /** Attempts of a call. A step’s own `retry` replaces it. */
      readonly retry?: RetryPolicy | undefined
      /** Leaves the system alone when it fails too often; `false` switches that off. */
      readonly breaker?: BreakerPolicy | false | undefined
      /** Calls at once; more wait, as many again at most, then OVERLOADED. */
      readonly concurrency?: number | undefined
      /** Calls in a time; more wait for their turn within their timeout. */
      readonly rateLimit?: RateLimitPolicy | undefined
      /** The gateway is not ready (`/ready` answers 503) while this system is away. */
      readonly required?: boolean | undefined
      /** The `security` entry by which the gateway identifies itself to the system. */
      readonly security?: string | undefined
      /** Renders what goes out and parses what comes back, unless an argument of the call says otherwise. */
      readonly format?: Component | undefined
    } | undefined
  } | undefined
  /** Channels, steps, reply. */
  readonly pipelines?: { readonly [key: string]: PipelineConfig } | undefined
}

/** What may stand beside the type of any connector. */
export type ConnectorModifiers = {
  /** How long one attempt of a call may take. */
  readonly timeout?: Duration | undefined
  /** Attempts of a call. A step’s own `retry` replaces it. */
  readonly retry?: RetryPolicy | undefined
  /** Leaves the system alone when it fails too often; `false` switches that off. */
  readonly breaker: BreakerPolicy | false
  /** Calls at once; more wait, as many again at most, then OVERLOADED. */
  readonly concurrency?: number | undefined
  /** Calls in a time; more wait for their turn within their timeout. */
  readonly rateLimit?: RateLimitPolicy | undefined
  /** The gateway is not ready (`/ready` answers 503) while this system is away. */
  readonly required: boolean
  /** The `security` entry by which the gateway identifies itself to the system. */
  readonly security?: string | undefined
  /** Renders what goes out and parses what comes back, unless an argument of the call says otherwise. */
  readonly format?: Component | undefined
}

/** Keeps values by key for a time, in memory or in Redis. A cache is disposable: what must not be lost does not belong here. */
export type CacheConnector = {
  /** `memory:` (this process, lost with it) or `redis://host:6379/0`, `rediss://…`. */
  readonly store: Secret
  /** Put before every key, so that several uses share one Redis. */
  readonly prefix: string
  /** How long a value lives where `set` says nothing; by default until it is pushed out. */
  readonly ttl?: Duration | undefined
  /** Memory only: the most values kept; the least recently used goes first. */
  readonly maxEntries: number
  /** Memory only: the most bytes kept. */
  readonly maxBytes: Size
}

/** Arguments by operation of CacheConnector. */
export type CacheConnectorOperations = {
  /** The value, or nothing; `$last.found` tells. */
  readonly get: {
    /** The key; the connector’s prefix is put before it. */
    readonly key: string
  }
  /** Keeps a value. */
  readonly set: {
    /** The key; the connector’s prefix is put before it. */
    readonly key: string
    /** Any JSON value. */
    readonly value: Body
    /** How long it lives. */
    readonly ttl?: Duration | undefined
  }
  /** Forgets a value; the result says whether there was one. */
  readonly delete: {
    /** The key; the connector’s prefix is put before it. */
    readonly key: string
  }
  /** Adds to a number, which starts at 0; the result is the new one. The first one sets how long it lives. */
  readonly increment: {
    /** The key; the connector’s prefix is put before it. */
    readonly key: string
    /** How much. */
    readonly by: number
    /** How long it lives. */
    readonly ttl?: Duration | undefined
  }
}

/** Reads and writes files below one folder. */
export type FileConnector = {
  /** The folder; a relative one starts at its YAML file. No path leads out of it. */
  readonly folder: string
  /** A larger file is an error. */
  readonly maxSize: Size
}

/** Arguments by operation of FileConnector. */
export type FileConnectorOperations = {
  /** The content of a file, parsed by `format`, else by its ending. */
  readonly get: {
    /** Path below the folder. */
    readonly path: string
    /** Parses the content. */
    readonly format?: Component | undefined
  }
  /** Writes a file, whole or not at all; folders are made. */
  readonly put: {
    /** Path below the folder. */
    readonly path: string
    /** What is written. */
    readonly content: Payload
    /** Renders the content. */
    readonly format?: Component | undefined
  }
}

/** Calls HTTP servers. An answer of 400 or above is the error UPSTREAM_REFUSED; 408, 425, 429, 502, 503, 504 may be retried. Redirects are not followed. */
export type HttpConnector = {
  /** Address that paths are added to. */
  readonly url: Secret
  /** Sent with every call. */
  readonly headers: { readonly [key: string]: Secret }
  /** Connections at once to one origin. */
  readonly connections: number
  /** A larger reply is an error. */
  readonly maxReply: Size
  /** For `https:` addresses. */
  readonly tls?: TlsOptions | undefined
  /** A name that resolves to a loopback, private or link-local address is refused unless this says `private`; a literal one in `url`, or localhost, declares itself. */
  readonly egress: 'public' | 'private'
}

/** Arguments by operation of HttpConnector. */
export type HttpConnectorOperations = {
  /** Reads. */
  readonly get: {
    /** Path below the connector’s address; a splice fills one encoded part of it. */
    readonly path: string
    /** Query parameters; a list gives the name more than once, nothing leaves it out. */
    readonly query?: { readonly [key: string]: string | number | boolean | readonly (string | number | boolean)[] | Secret } | undefined
    /** Headers to send. */
    readonly headers?: { readonly [key: string]: string | number | boolean | Secret } | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
  }
  /** Deletes. */
  readonly delete: {
    /** Path below the connector’s address; a splice fills one encoded part of it. */
    readonly path: string
    /** Query parameters; a list gives the name more than once, nothing leaves it out. */
    readonly query?: { readonly [key: string]: string | number | boolean | readonly (string | number | boolean)[] | Secret } | undefined
    /** Headers to send. */
    readonly headers?: { readonly [key: string]: string | number | boolean | Secret } | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
  }
  /** Replaces. */
  readonly put: {
    /** Path below the connector’s address; a splice fills one encoded part of it. */
    readonly path: string
    /** Query parameters; a list gives the name more than once, nothing leaves it out. */
    readonly query?: { readonly [key: string]: string | number | boolean | readonly (string | number | boolean)[] | Secret } | undefined
    /** Headers to send. */
    readonly headers?: { readonly [key: string]: string | number | boolean | Secret } | undefined
    /** What is sent. */
    readonly body?: Payload | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
  }
  /** Sends. */
  readonly post: {
    /** Path below the connector’s address; a splice fills one encoded part of it. */
    readonly path: string
    /** Query parameters; a list gives the name more than once, nothing leaves it out. */
    readonly query?: { readonly [key: string]: string | number | boolean | readonly (string | number | boolean)[] | Secret } | undefined
    /** Headers to send. */
    readonly headers?: { readonly [key: string]: string | number | boolean | Secret } | undefined
    /** What is sent. */
    readonly body?: Payload | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
  }
  /** Changes. */
  readonly patch: {
    /** Path below the connector’s address; a splice fills one encoded part of it. */
    readonly path: string
    /** Query parameters; a list gives the name more than once, nothing leaves it out. */
    readonly query?: { readonly [key: string]: string | number | boolean | readonly (string | number | boolean)[] | Secret } | undefined
    /** Headers to send. */
    readonly headers?: { readonly [key: string]: string | number | boolean | Secret } | undefined
    /** What is sent. */
    readonly body?: Payload | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
  }
  /** Any method; counts as not idempotent. */
  readonly request: {
    /** Path below the connector’s address; a splice fills one encoded part of it. */
    readonly path: string
    /** Query parameters; a list gives the name more than once, nothing leaves it out. */
    readonly query?: { readonly [key: string]: string | number | boolean | readonly (string | number | boolean)[] | Secret } | undefined
    /** Headers to send. */
    readonly headers?: { readonly [key: string]: string | number | boolean | Secret } | undefined
    /** The method. */
    readonly method: string
    /** What is sent. */
    readonly body?: Payload | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
  }
}

/** Calls SOAP services, 1.1 or 1.2, document/literal. A Fault is the error UPSTREAM_REFUSED, whose `$error.body` has its code, text and detail; its status is 400 where the fault blames the sender, as in SOAP 1.2. Attributes of a reply are left out. */
export type SoapConnector = {
  /** Address of the service. */
  readonly url: Secret
  /** Version of the envelope. */
  readonly version: '1.1' | '1.2'
  /** Namespace of request elements, where a call names none. */
  readonly namespace?: string | undefined
  /** HTTP headers of every call. */
  readonly headers: { readonly [key: string]: Secret }
  /** Connections at once. */
  readonly connections: number
  /** A larger reply is an error. */
  readonly maxReply: Size
  /** For `https:` addresses. */
  readonly tls?: TlsOptions | undefined
  /** A name that resolves to a loopback, private or link-local address is refused unless this says `private`; a literal one in `url`, or localhost, declares itself. */
  readonly egress: 'public' | 'private'
}

/** Arguments by operation of SoapConnector. */
export type SoapConnectorOperations = {
  /** Calls one operation; the result is the content of the reply’s body element. */
  readonly call: {
    /** Name of the operation, which is the request element’s. */
    readonly operation: string
    /** Namespace of the request element; by default the connector’s. */
    readonly namespace?: string | undefined
    /** SOAPAction; by default the operation’s name. */
    readonly action?: string | undefined
    /** Content of the request element: names to values. */
    readonly body: { readonly [key: string]: Json }
    /** Content of the envelope’s Header: names to values, in the same namespace. */
    readonly header?: { readonly [key: string]: Json } | undefined
  }
}

/** Bytes, as they are. */
export type BytesFormat = Readonly<Record<string, never>>

/** CSV (RFC 4180): a list of objects, all text; an empty cell is absent. */
export type CsvFormat = {
  /** Names of the columns, where there is no header line. */
  readonly columns?: readonly string[] | undefined
  /** What stands between cells. */
  readonly separator: string
  /** Text that losslessly is the type which the schema names becomes it. */
  readonly coerce: boolean
}

/** A form (application/x-www-form-urlencoded): an object of texts; a repeated name is a list. */
export type FormFormat = {
  /** Text that losslessly is the type which the schema names becomes it. */
  readonly coerce: boolean
}

/** JSON (RFC 8259). */
export type JsonFormat = {
  /** `text`: numbers become their exact text, for integers beyond 2^53; by default such a number is refused. */
  readonly numbers: 'number' | 'text'
  /** Text that losslessly is the type which the schema names becomes it. */
  readonly coerce: boolean
}

/** Text, as it is. */
export type TextFormat = Readonly<Record<string, never>>

/** XML. The document element is the value; children by local name; an element with text alone is a text, repeated ones are a list. Reading is strict, any DOCTYPE is refused. */
export type XmlFormat = {
  /** The only document element that is taken. */
  readonly accepts?: string | undefined
  /** Document element when writing. */
  readonly root: string
  /** Attributes to keep, as `@name`; all others are left out. The text beside them is `#text`. */
  readonly attributes: readonly string[]
  /** Your own prefix by namespace: names of that namespace are read and written as `prefix:name`. */
  readonly namespaces: { readonly [key: string]: string }
  /** Elements that are always a list, also where there is one. */
  readonly lists: readonly string[]
  /** Takes broken XML as far as it can be read, for partners who send it. */
  readonly lenient: boolean
  /** Text that losslessly is the type which the schema names becomes it. */
  readonly coerce: boolean
}

/** An HTTP port of its own. */
export type ListenerConfig = {
  /** The address to listen on. */
  readonly host: string
  /** The port; 0 takes any free one. */
  readonly port: number
}

/** Channels bring messages in, steps work on them, the reply goes back. */
export type PipelineConfig = {
  /** One line for people, OpenAPI, WSDL. */
  readonly summary?: string | undefined
  /** More for people. */
  readonly description?: string | undefined
  /** Words to group pipelines by. */
  readonly tags: readonly string[]
  /** JSON Schema of the body, checked before the first step; up to 20 violations are listed (400). Defaults are filled in; text that losslessly is the type it names becomes it. */
  readonly input?: Json | undefined
  /** JSON Schema of the reply; a violation is the gateway’s own fault (500), never a half-right reply. */
  readonly output?: Json | undefined
  /** How messages come in; none is fine: every pipeline can be invoked. */
  readonly channels: readonly Component[]
  /** What is done. */
  readonly steps: readonly StepModel[]
  /** What is answered; by default 200 and the body as it stands after the last step. */
  readonly reply?: ReplyModel | undefined
  /** What is done when a step fails. */
  readonly catch?: readonly CatchModel[] | undefined
  /** What is done after the steps in any case; its result is dropped. */
  readonly finally?: readonly StepModel[] | undefined
  /** Deadline of one message: 30s where a channel replies, 1h elsewhere. */
  readonly timeout?: Duration | undefined
  /** Messages at once over all its channels; above it, callers get 503. */
  readonly concurrency?: number | undefined
}

/** HTTP Basic (RFC 7617): callers give a user’s name and password; a connector gives those of `user`. */
export type BasicSecurity = {
  /** Passwords by user name. */
  readonly users: { readonly [key: string]: Secret }
  /** The user as which connectors call, where there is more than one. */
  readonly user?: string | undefined
  /** Named in the challenge. */
  readonly realm: string
}

/** What may stand beside the verb of any step. */
export type StepModifiers = {
  /** Names the step in logs, traces and errors. */
  readonly name?: string | undefined
  /** The step runs where this is true, is skipped where it is false; anything else is an error. */
  readonly when?: Tree | undefined
  /** Binds the result to a name, from here to the end of the block, and leaves the body as it is. */
  readonly as?: string | undefined
  /** Checks, coerces and types the result of a call, plugin or invoke; a violation is RETURNS_INVALID (502). */
  readonly returns?: Json | undefined
  /** How long the step may take, all attempts and pauses included. */
  readonly timeout?: Duration | undefined
  /** Attempts of the step; replaces the connector’s. */
  readonly retry?: RetryPolicy | undefined
  /** The call may be made twice without harm, so an unsafe one may be retried. */
  readonly idempotent: boolean
  /** What is done when the step fails. */
  readonly catch?: readonly CatchModel[] | undefined
  /** What is done after the step in any case; its result is dropped. */
  readonly finally?: readonly StepModel[] | undefined
}

/** Reaches out: one operation of a connector. The result is the new body, or is bound by `as`; an operation without a result leaves the body. */
export type CallStep = {
  /** `connector.operation`. */
  readonly call: string
  /** The operation’s arguments; nothing is sent that is not named here. */
  readonly with: Tree
}

/** The steps of the first branch whose condition is true; where none is, the message passes on unchanged. */
export type ChooseStep = {
  /** Branches; the last may be `otherwise`. */
  readonly choose: readonly ({
    /** The condition. */
    readonly when?: Tree | undefined
    /** What is done. */
    readonly steps?: readonly StepModel[] | undefined
    /** What is done where no condition is true; last. */
    readonly otherwise?: readonly StepModel[] | undefined
  })[]
}

/** Waits, within the message’s deadline. */
export type DelayStep = {
  /** How long. */
  readonly delay: Duration
}

/** A block, for `when`, `timeout`, `retry`, `catch`, `finally` around several steps. */
export type DoStep = {
  /** The steps. */
  readonly do: readonly StepModel[]
}

/** The steps for every item, `$` and `$item` being the item, `$index` its place from 0. Nothing is no item, one thing is one. */
export type EachStep = {
  /** The items. */
  readonly each: Tree
  /** What is done with each. */
  readonly steps: readonly StepModel[]
  /** Lists of up to so many items instead of single ones. */
  readonly batch?: number | undefined
  /** Items at once. */
  readonly concurrency: number
  /** The results in order are the new body, or what `as` binds; without it the body stays. */
  readonly collect: boolean
}

/** Refuses the message. */
export type FailStep = {
  /** How. */
  readonly fail: {
    /** Your own code. */
    readonly code: string
    /** HTTP status; 5xx is given again on channels that can. */
    readonly status: number
    /** A sentence for the client; by default the code. */
    readonly message?: Tree | undefined
    /** More for the client’s program. */
    readonly details?: Tree | undefined
  }
}

/** A value to text; `bytes` where the format is binary. */
export type FormatStep = {
  /** The format. */
  readonly format: Component
  /** What is rendered; the body by default. */
  readonly from?: Tree | undefined
}

/** Another pipeline; its reply’s body is the result. */
export type InvokeStep = {
  /** Its name. */
  readonly invoke: string
  /** Its input; the body by default. */
  readonly with?: Tree | undefined
}

/** Writes one line to the log. */
export type LogStep = {
  /** What. */
  readonly log: {
    /** Its level. */
    readonly level: 'debug' | 'info' | 'warn' | 'error'
    /** The sentence. */
    readonly message: Tree
    /** Facts beside it. */
    readonly fields: Tree
  }
}

/** Several blocks at once, each with the same message; the result is an object by name. */
export type ParallelStep = {
  /** Steps by name. */
  readonly parallel: { readonly [key: string]: readonly StepModel[] }
  /** `all`: the first error cancels the rest; `any`: the first success is the result; `settled`: each is `{ value }` or `{ error }`. */
  readonly wait: 'all' | 'any' | 'settled'
}

/** Text or bytes to a value. */
export type ParseStep = {
  /** The format. */
  readonly parse: Component
  /** What is parsed; the body by default. */
  readonly from?: Tree | undefined
}

/** A TypeScript transform from `plugins/`. */
export type PluginStep = {
  /** Its name. */
  readonly plugin: string
  /** Its configuration, as its own schema says. */
  readonly with: Body
}

/** The steps again and again while a condition of the body holds; the body alone is handed from round to round. */
export type RepeatStep = {
  /** How long. */
  readonly repeat: {
    /** Asked before each round. */
    readonly while: Tree
    /** The most rounds; reaching it is an error (LIMIT). */
    readonly max: number
  }
  /** What is done in a round. */
  readonly steps: readonly StepModel[]
}

/** The reply, now: ends this pipeline, not its caller’s. */
export type RespondStep = {
  /** What is answered. */
  readonly respond: ReplyModel
}

/** Binds variables, one after the other; the body stays. */
export type SetStep = {
  /** Values by name. */
  readonly set: { readonly [key: string]: Tree }
}

/** Builds the new body, or what `as` binds, from a tree; a leaf without a value leaves its key out. */
export type TransformStep = {
  /** The tree. */
  readonly transform: Tree
}

/** Checks the body against a schema, fills in and coerces as `input` does; the result is the body. A violation is INPUT_INVALID (400). */
export type ValidateStep = {
  /** The schema, or its name. */
  readonly validate: Json
}

/** A `*.test.yaml`: tests of pipelines, run by `sluice test`. Every connector is mocked; a call without a mock fails. */
export type TestDocument = {
  /** The tests. */
  readonly tests: readonly ({
    /** The sentence that would be in the manual. */
    readonly name: string
    /** The pipeline under test. */
    readonly pipeline: string
    /** The message; a list gives several, one after the other. */
    readonly given?: readonly ({
      /** The body; with `channel`, text goes through that channel’s format. */
      readonly body?: Body | undefined
      /** Headers. */
      readonly headers?: { readonly [key: string]: string } | undefined
      /** Query parameters. */
      readonly query?: { readonly [key: string]: string | readonly Json[] } | undefined
      /** Path parameters. */
      readonly params?: { readonly [key: string]: string } | undefined
      /** The channel: its `name`, or its type where it is the only one. */
      readonly channel?: string | undefined
      /** The time, ISO 8601. */
      readonly now?: string | undefined
    })[] | undefined
    /** Answers by `connector.operation`; a list answers one call after the other. */
    readonly mock?: { readonly [key: string]: readonly ({
      /** The result. */
      readonly returns?: Body | undefined
      /** The error. */
      readonly fails?: {
        /** A code of the error table. */
        readonly code?: string | undefined
        /** What the called system answered. */
        readonly status?: number | undefined
        /** Its body. */
        readonly body?: Body | undefined
      } | undefined
    })[] } | undefined
    /** What must come out; a list as long as `given`. */
    readonly expect?: readonly ({
      /** Status of the reply. */
      readonly status?: number | undefined
      /** Body of the reply. */
      readonly body?: Body | undefined
      /** Headers of the reply, those named. */
      readonly headers?: { readonly [key: string]: string } | undefined
      /** A JSON Schema for the body. */
      readonly matches?: Body | undefined
      /** The error. */
      readonly error?: {
        /** The code. */
        readonly code?: string | undefined
        /** HTTP status. */
        readonly status?: number | undefined
        /** The sentence. */
        readonly message?: string | undefined
      } | undefined
      /** Calls made, in order, compared on the arguments named; `[]` is never. */
      readonly calls?: { readonly [key: string]: readonly { readonly [key: string]: Json }[] } | undefined
    })[] | undefined
    /** Runs the test once for each entry, which adds to `given`, `mock`, `expect`. */
    readonly cases?: readonly ({
      /**  */
      readonly name?: string | undefined
      /**  */
      readonly given?: { readonly [key: string]: Json } | undefined
      /**  */
      readonly mock?: { readonly [key: string]: Json } | undefined
      /**  */
      readonly expect?: { readonly [key: string]: Json } | undefined
    })[] | undefined
  })[]
}
