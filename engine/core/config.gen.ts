// Generated from schemas/ by `npm run generate`. Do not edit.
import type { Payload } from './component.ts'
import type { Duration, Size } from './duration.ts'
import type { Tree } from './expression.ts'
import type { Body, Json } from './message.ts'
import type { CatchModel, Component, ReplyModel, StepModel } from './model.ts'
import type { BreakerPolicy, IdempotencyPolicy, QueuePolicy, RateLimitPolicy, RedeliveryPolicy, ReplyCachePolicy, RetryPolicy, TlsOptions } from './policies.gen.ts'
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
  /** Callers are answered 202 with `{ id, state, at }` once the message is in the durable queue of the pipeline; the header Location says where its state can be asked for 24 hours: `queued`, `running`, `done`, `failed` (it is a dead letter), `dropped`. The input is checked before, its reply goes nowhere. */
  readonly async: boolean
  /** The order of the messages of this channel, where it differs from that of the pipeline: `none`, `strict`, or a key. For an `async` channel, the order of what it puts on the queue. */
  readonly order?: Tree | undefined
}

/** Takes messages off a queue of a broker, each acknowledged after its effect. One that fails stays with the broker, unacknowledged, while the gateway waits to run it again; it counts in `prefetch` for so long, so that a pipeline that fails, or whose breaker is open, takes no more. What a lost connection or a crash cuts off comes again. `$headers` are the message’s own, and what AMQP says of it by the names of its specification (`message-id`, `content-type`, …); `$meta` has `queue`, `exchange`, `routingKey`, `redelivered`, and where the sender says so `messageId`, `correlationId`, `replyTo`, `type`, `appId`, `userId`, `priority`, `timestamp` (seconds since the epoch). The format is told by the content type where `format` says none. */
export type AmqpChannel = {
  /** The broker: a connector of type `amqp`. The channel has a connection of its own to it. */
  readonly connector: string
  /** The queue. While it is not there, the channel waits for it; the connector makes it where it says `declare`. */
  readonly queue: string
  /** Messages that are taken and not yet acknowledged: those that are run, and those that wait to be, by `concurrency` and `order`, or to be run again. With 1 each is finished before the next comes. */
  readonly prefetch: number
  /** Nobody else may consume the queue. While somebody does, the channel stands by. */
  readonly exclusive: boolean
  /** A message that names a queue for the reply (`reply-to`) is answered there with its correlation id, before it is acknowledged; the header `status` says how it went, from 400 up that it failed. Whoever may put messages on the queue chooses where the reply goes. */
  readonly reply: boolean
  /** Where a message goes that is given up: to the dead letters of the gateway, or where the pipeline says; or it is rejected, so that the broker puts it where the queue’s `deadLetter` says, which the connector has to name. */
  readonly deadLetter: 'gateway' | 'broker'
}

/** Takes files from a folder, in the order of their names, each whole: a file is a message once it stands still. It is moved out of sight while it is worked on (into `.sluice`, by an atomic rename, so that nobody else takes it), and to `done` or `failed` after its effect; what is not finished goes back. Names that begin with a dot or end in `.part` or `.tmp` are left alone, links too. `$meta` has `file`, `path` (below the folder), `size` and `modified`. The format is told by the ending (`.json .xml .csv .txt`) where `format` says none; the reply goes nowhere. */
export type FileChannel = {
  /** The folder that is looked into; a relative one starts at its YAML file. While it is not there, the channel waits for it. */
  readonly folder: string
  /** Which files, by their path below the folder, any of several: `*` stands for any part of a name, `?` for one character, `**` for any folders (`** /*.csv`), eight deep. */
  readonly match: readonly string[]
  /** How often is looked, aligned to the epoch. */
  readonly every: Duration
  /** When is looked, in place of `every`: five or six fields, as for a schedule. */
  readonly cron?: string | undefined
  /** Time zone of `cron`. */
  readonly zone: string
  /** For how long size and time of a file must stand still, over two looks at least, before it is taken: longer than its writer ever pauses. A writer that renames a finished file into the folder is safe with any. */
  readonly settle: Duration
  /** Files at once. With 1 each is finished before the next begins, and one that fails holds up those behind it until it is done or with the dead letters. */
  readonly prefetch: number
  /** A larger file is put into `failed` unread, with a warning in the log. */
  readonly maxSize: Size
  /** What becomes of a file that is done: it is moved to `done`, or deleted. */
  readonly after: 'move' | 'delete'
  /** Where files go that are done; a relative folder starts at `folder`. It is made where it is missing. A name that is taken there gets the time into it; nothing is overwritten. */
  readonly done: string
  /** Where files go whose message was given up (it lies with the dead letters) or answered with a status from 400 up. */
  readonly failed: string
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

/** Runs its pipeline at times: each tick once in the cluster, and again where the gateway that ran it died. */
export type ScheduleChannel = {
  /** How often, aligned to the epoch, so that all nodes name the same tick. */
  readonly every?: Duration | undefined
  /** Five or six fields (seconds first where six), names, `L`, `1#1`, or `@hourly` and its like. */
  readonly cron?: string | undefined
  /** Time zone of `cron`. Where clocks spring forward, a time that does not exist runs once, right after; where they fall back, a fixed time runs once. */
  readonly zone: string
  /** A run besides the ticks at the start: of the gateway, or of the first of several that share a store. */
  readonly immediately: boolean
  /** What becomes of a tick that comes while the run before it goes on, here or on another node: it is skipped, and said so in the log; it waits, a hundred at most; it runs beside it. */
  readonly overlap: 'skip' | 'queue' | 'allow'
  /** Which ticks are run that were missed while no gateway ran, or the store was away: none, the newest, or all of them. The others are counted. */
  readonly catchup: 'none' | 'last' | 'all'
  /** How old a missed tick may be to be run. */
  readonly within: Duration
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

/** RabbitMQ, or another broker of AMQP 0-9-1: messages out, with confirms; requests with replies; single messages off a queue. One connection, which comes back by itself. */
export type AmqpConnector = {
  /** Address of the broker, `amqp:` or `amqps:`, with user, password and virtual host (`/` where none is said). */
  readonly url: Secret
  /** Addresses of further nodes of the same cluster: each attempt to connect takes the next one. */
  readonly nodes: readonly Secret[]
  /** For `amqps:` addresses. */
  readonly tls?: TlsOptions | undefined
  /** A connection on which nothing comes for two of these is lost; whole seconds. */
  readonly heartbeat: Duration
  /** Makes the `exchanges` and `queues` below where they are missing; else they are looked for, and the status says which is missing. */
  readonly declare: boolean
  /** Exchanges that must be there, by name. */
  readonly exchanges: { readonly [key: string]: {
    /** How it chooses queues. */
    readonly type: 'direct' | 'topic' | 'fanout' | 'headers'
    /** It survives a restart of the broker. */
    readonly durable: boolean
    /** It goes with its last binding. */
    readonly autoDelete: boolean
    /** The exchange that takes what no queue here takes. */
    readonly alternate?: string | undefined
    /** Further arguments, as the broker calls them. */
    readonly arguments: { readonly [key: string]: Json }
  } }
  /** Queues that must be there, by name. */
  readonly queues: { readonly [key: string]: {
    /** `quorum`: kept by several nodes, and deliveries are counted. Streams are not queues, and are not spoken to. */
    readonly type: 'classic' | 'quorum'
    /** It survives a restart of the broker. */
    readonly durable: boolean
    /** It goes with its last consumer. */
    readonly autoDelete: boolean
    /** Where the broker puts what is rejected or expired, and what has to go for `overflow: drop-head`. */
    readonly deadLetter?: {
      /** The exchange; by default the one that takes `key` for the name of a queue. */
      readonly exchange: string
      /** The routing key; by default the message’s own. */
      readonly key?: string | undefined
    } | undefined
    /** For how long a message is of use. */
    readonly messageTtl?: Duration | undefined
    /** The queue goes when nobody has used it for so long. */
    readonly expires?: Duration | undefined
    /** The most messages. */
    readonly maxLength?: number | undefined
    /** The most bytes. */
    readonly maxBytes?: Size | undefined
    /** What is done about one too many: the oldest goes, or the new one is refused. */
    readonly overflow: 'drop-head' | 'reject-publish'
    /** The highest priority that is told apart; `classic` only. */
    readonly maxPriority?: number | undefined
    /** How often a message is given again before it goes to `deadLetter`; `quorum` only. */
    readonly deliveryLimit?: number | undefined
    /** One consumer at a time, the others wait to take over. */
    readonly singleActive: boolean
    /** Where its messages come from. */
    readonly bindings: readonly {
      /** The exchange. */
      readonly exchange: string
      /** The routing key, or its pattern: `*` stands for one word, `#` for any number. */
      readonly key: string
      /** What a headers exchange compares. */
      readonly arguments: { readonly [key: string]: Json }
    }[]
    /** Further arguments, as the broker calls them. */
    readonly arguments: { readonly [key: string]: Json }
  } }
}

/** Arguments by operation of AmqpConnector. */
export type AmqpConnectorOperations = {
  /** Sends a message, and waits until the broker has confirmed that it keeps it. One that no queue takes is the error UPSTREAM_REFUSED, unless `mandatory` is false. */
  readonly publish: {
    /** The exchange; by default the one that puts a message on the queue of the name `key`. */
    readonly exchange: string
    /** The routing key: for the default exchange the name of a queue. */
    readonly key: string
    /** What is sent. */
    readonly body?: Payload | undefined
    /** Renders the body; by default the connector’s `format`, else JSON. */
    readonly format?: Component | undefined
    /** Headers of the message. A number, a boolean, a list and an object keep their types; `{ "!": timestamp, value: 1378166400 }` names one that JSON has not. */
    readonly headers?: { readonly [key: string]: Json } | undefined
    /** The message id, by which a receiver knows a message that came before; by default a new one, the same over `retry`. */
    readonly id?: string | undefined
    /** What the message belongs to; by default the correlation id. */
    readonly correlationId?: string | undefined
    /** The queue that a reply is asked for on. */
    readonly replyTo?: string | undefined
    /** The kind of message, as its receivers call it. */
    readonly type?: string | undefined
    /** The application that sends. */
    readonly appId?: string | undefined
    /** The content encoding, where the body is encoded. */
    readonly encoding?: string | undefined
    /** When the message came into being, in seconds since the epoch. */
    readonly timestamp?: number | undefined
    /** Higher is earlier, in a queue with `maxPriority`. */
    readonly priority?: number | undefined
    /** For how long it is of use: then the broker drops it, or puts it where the queue’s `deadLetter` says. */
    readonly expiration?: Duration | undefined
    /** It survives a restart of the broker, in a durable queue. */
    readonly persistent: boolean
    /** A message that no queue takes is an error; else it is dropped. */
    readonly mandatory: boolean
  }
  /** Sends a message and waits for the reply, which comes by direct reply-to (`amq.rabbitmq.reply-to`) with the same correlation id; one that comes too late is dropped. */
  readonly request: {
    /** The exchange; by default the one that puts a message on the queue of the name `key`. */
    readonly exchange: string
    /** The routing key: for the default exchange the name of a queue. */
    readonly key: string
    /** What is sent. */
    readonly body?: Payload | undefined
    /** Renders the body and parses the reply; by default the connector’s `format`, else JSON out and the reply’s content type in. */
    readonly format?: Component | undefined
    /** Headers of the message. A number, a boolean, a list and an object keep their types; `{ "!": timestamp, value: 1378166400 }` names one that JSON has not. */
    readonly headers?: { readonly [key: string]: Json } | undefined
    /** The message id, by which a receiver knows a message that came before; by default a new one, the same over `retry`. */
    readonly id?: string | undefined
    /** The kind of message, as its receivers call it. */
    readonly type?: string | undefined
    /** The application that sends. */
    readonly appId?: string | undefined
    /** The content encoding, where the body is encoded. */
    readonly encoding?: string | undefined
    /** When the message came into being, in seconds since the epoch. */
    readonly timestamp?: number | undefined
    /** Higher is earlier, in a queue with `maxPriority`. */
    readonly priority?: number | undefined
    /** For how long it is of use; by default until the call is over. */
    readonly expiration?: Duration | undefined
  }
  /** Takes the next message off a queue; nothing where there is none, `$last.found` tells. Its headers and properties are in `$last.headers`. It is off the queue when the call has succeeded: what fails afterwards does not bring it back. */
  readonly get: {
    /** The queue. */
    readonly queue: string
    /** Parses the message; by default the connector’s `format`, else its content type. */
    readonly format?: Component | undefined
  }
}

/** Keeps values by key for a time: in memory, in Redis, or in the gateway's own store. A cache is disposable: what is pushed out or over is gone. */
export type CacheConnector = {
  /** `memory:` (this process, lost with it), `redis://host:6379/0`, `rediss://…`, or `durable:`, the gateway's own store: values survive a crash, and are shared by nodes that share the store. */
  readonly store: Secret
  /** Put before every key, so that several uses share one Redis or one gateway's store. */
  readonly prefix: string
  /** How long a value lives where `set` says nothing; by default until it is pushed out. */
  readonly ttl?: Duration | undefined
  /** The most values kept, Redis aside: in memory the least recently used goes first; in the gateway's own store the one set longest ago, when about a twentieth more was set. */
  readonly maxEntries: number
  /** The most bytes kept, likewise. */
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
  /** What happens to a message of a consuming channel, or of the pipeline’s queue, whose run failed: it is given again, then goes to the dead letters, and only then is its source told that it is done. */
  readonly redelivery: RedeliveryPolicy
  /** What holds for a message of a consuming channel. `at-least-once`: it is acknowledged after its effect, and given again where that failed. `at-most-once`: it is acknowledged before it is run; one that fails, or is cut off by a crash, is lost. `effectively-once`: at least once, and a second time changes nothing, since each unsafe call is told to be `idempotent` or the pipeline has an idempotency key. */
  readonly guarantee: 'at-least-once' | 'at-most-once' | 'effectively-once'
  /** Where a message goes that is given up: `store`, the gateway’s own, from where it can be replayed, or steps that put it elsewhere, in which `$` is the body as its format read it, or its bytes where that failed, and `$error` says why. Where these fail it goes to the store; where it cannot be kept there, it is not acknowledged. */
  readonly deadLetter: "store" | readonly StepModel[]
  /** In which order its messages are run, of those that its consuming channels bring and that wait on its queue: `none`; `strict`, one after the other as they came; or a key, such as `${{ customer }}`: one lane for each, in which they run one after the other, while lanes run at once. `$` is the input. A message without a key has no order. Callers that wait for a reply are not ordered. */
  readonly order?: Tree | undefined
  /** A message that its channel brings twice has its effect once. Of channels that are called, the same key is answered with the first reply and the header `idempotency-replayed: true`; another body under it is refused (422), as is one while the first is worked on (409). A reply of 500 and above is not kept: then the message may be sent again. A message of a consuming channel, or of the queue, whose key is done is acknowledged. */
  readonly idempotency?: IdempotencyPolicy | undefined
  /** Whoever asks for what was asked for before gets the reply of then, with the header `age`, in seconds, and the pipeline does not run. What fails is not kept, nor a reply of 400 and above. Where nobody waits for a reply, on consuming channels and the queue, messages run always. */
  readonly cache?: ReplyCachePolicy | undefined
  /** What its durable queue holds: messages of channels that are `async`, of `invoke` with `async: true`, and dead letters that are run again. */
  readonly queue: QueuePolicy
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

/** Gathers messages into batches: the last step of a pipeline. A message is kept in the store and then acknowledged; a batch that is full or due runs the steps as one message, on the durable queue of the pipeline, with a `timeout`, `redelivery` and dead letter of its own. `$` is the list of the bodies in the order in which they came, `$key` their key. */
export type AggregateStep = {
  /** Which messages are together, and until when. */
  readonly aggregate: {
    /** One batch for each; by default one for all. Nothing is a key of its own. */
    readonly key?: Tree | undefined
    /** So many messages are a full batch. */
    readonly count: number
    /** A batch whose bodies reach this, as JSON, is full. */
    readonly size: Size
    /** When a batch is due, from its first message on. */
    readonly within: Duration
  }
  /** What is done with a batch. */
  readonly steps: readonly StepModel[]
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

/** Another pipeline; its reply’s body is the result. With `async: true` the message is put on its durable queue, and the result is `{ id, state, at }`. */
export type InvokeStep = {
  /** Its name. */
  readonly invoke: string
  /** Its input; the body by default. */
  readonly with?: Tree | undefined
  /** Goes on as soon as the message is in the durable queue of that pipeline, which runs it by its own `concurrency`, `order`, `timeout` and `redelivery`. Its input is checked before. */
  readonly async: boolean
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

/** The steps once for each key, as long as it is remembered: whoever comes with it again gets the result of the first, without a run. Where they fail, the next one runs them. Whoever comes while they run waits ten seconds at most, then fails with CONFLICT. */
export type OnceStep = {
  /** What is told apart, and how long. */
  readonly once: {
    /** What is done once; nothing is an error. Keys are those of this step: of its place in the pipeline, or of its `name`, which moves with it. */
    readonly key: Tree
    /** How long a key is remembered, from the end of its run. */
    readonly within: Duration
  }
  /** What is done once. Their result is kept up to 1 MB; of a larger one whoever comes later is told by CONFLICT that it was done. */
  readonly steps: readonly StepModel[]
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
