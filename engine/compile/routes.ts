import type { Answer, Bound, Refusal, Route, ServedChannel, WireHead, WireRequest } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Headers, Principal, Reply } from '../core/message.ts'
import type { ChannelModel } from '../core/model.ts'
import type { AccessRecord } from '../core/ports.ts'
import type { RouteEntry, RouteTable } from '../core/route.ts'
import { type Authenticate, authenticator } from '../security/authenticate.ts'
import { type Counts, countsOf } from './admission.ts'
import { chain, settle } from './chain.ts'
import { securityDefinition } from './definitions.ts'
import { failuresOf } from './failures.ts'
import { BodyMeter } from './load.ts'
import { sizeOf } from './record.ts'
import { refusalOf } from './refusal.ts'
import type { Shared } from './shared.ts'

/** Where a channel's configuration says nothing, in bytes. */
const defaultMaxBody = 1024 ** 2

/** Served channels as routes by listener: authenticated on the head, answered by the channel's protocol, recorded once. */
export function compileRoutes(served: readonly ServedModel[], shared: Shared): RouteTable {
  const table = new Map<string, RouteEntry[]>()
  for (const group of Map.groupBy(served, ({ route, channel }) => JSON.stringify([channel.type, route])).values()) {
    const entry = compileRoute(group, shared)
    const listener = table.get(entry.route.listener)
    if (listener === undefined) table.set(entry.route.listener, [entry])
    else listener.push(entry)
  }
  return table
}

/** A served channel, and what it calls. */
export interface ServedModel {
  readonly channel: ChannelModel
  readonly definition: ServedChannel<unknown>
  readonly route: Route
  readonly handle: Answer
}

function compileRoute(group: readonly ServedModel[], shared: Shared): RouteEntry {
  const [first] = group
  if (first === undefined) throw new SluiceError('INTERNAL', 'a route without a channel')
  const { definition, route, channel } = first
  const { log, access } = shared.options
  const handled = new WeakMap<Headers, ChannelModel>()
  const serve = definition.serve(group.map(one => bound(one, group.length > 1 ? handled : undefined, shared)))
  const authenticate = compileAuthentication(channel, shared)
  const format = channel.format?.type
  const { messages, bytes } = countsOfRoute(group, shared)

  const fault = (refusal: Refusal, request: WireHead): Reply => definition.fault(refusal, request, channel.config, format)
  const record = (request: WireHead, reply: Reply, started: number, error?: SluiceError, principal?: Principal): void => {
    const by = group.length === 1 ? channel : handled.get(request.headers)
    access(recordOf({ request, reply, started, error, principal, channel: by }))
  }
  const answer = (request: WireRequest): Reply | Promise<Reply> => {
    const started = performance.now()
    let failed: SluiceError | undefined
    let principal: Principal | undefined
    const refuse = (thrown: unknown): Refusal => {
      failed = asSluiceError(thrown)
      if (failed !== thrown) log.error('channel', { id: request.id, channel: channel.id, error: failed })
      return refusalOf(failed, request.id)
    }
    const meter = request.hasBody ? new BodyMeter(bytes) : undefined
    request.meter = meter
    return settle<Reply, Reply>(
      () => {
        for (const slots of messages) if (slots.full) throw slots.refusal()
        return chain(authenticate(request), known => {
          principal = known
          return serve(known === undefined ? request : withPrincipal(request, known), refuse)
        })
      },
      reply => {
        meter?.release()
        record(request, reply, started, failed, principal)
        return reply
      },
      thrown => {
        meter?.release()
        const reply = fault(refuse(thrown), request)
        record(request, reply, started, failed, principal)
        return reply
      },
    )
  }
  return {
    route,
    channels: group.map(one => one.channel),
    maxBody: Math.max(...group.map(one => maxBodyOf(one.channel.config))),
    answer,
    refuse(error, request) {
      const reply = fault(refusalOf(error, request.id), request)
      record(request, reply, performance.now(), error)
      return reply
    },
  }
}

/** What must have room before a body is read: of several channels it is not known yet which one is meant. */
function countsOfRoute(group: readonly ServedModel[], { options }: Shared): Counts {
  const [first] = group
  const pipeline = first === undefined ? undefined : options.model.pipelines.get(first.channel.pipeline)
  if (group.length === 1 && pipeline !== undefined) return countsOf(pipeline, { ...options, channel: first?.channel })
  return { messages: [options.load.messages], bytes: [options.load.bytes] }
}

/** `handled` learns which of several channels a request went to: by its headers, which every channel hands on as they are. */
function bound({ channel, handle }: ServedModel, handled: WeakMap<Headers, ChannelModel> | undefined, { options }: Shared): Bound<unknown> {
  const { model } = options
  const pipeline = model.pipelines.get(channel.pipeline)
  const contract = {
    pipeline: channel.pipeline,
    summary: pipeline?.summary,
    input: pipeline?.input,
    output: pipeline?.output,
    schemas: model.schemas,
    failures: failuresOf(channel.pipeline, options),
  }
  const noted: Answer = (inbound, cut) => {
    handled?.set(inbound.headers, channel)
    return handle(inbound, cut)
  }
  return { id: channel.id, config: channel.config, handle: handled === undefined ? handle : noted, contract }
}

function compileAuthentication({ security, where }: ChannelModel, { options }: Shared): Authenticate {
  const methods = security.map(name => {
    const found = options.model.security.get(name)
    if (found === undefined) throw new SluiceError('INTERNAL', `${where.file}:${where.line}: there is no security "${name}"`)
    return { name, security: securityDefinition(found.type, options).create(found.config, name) }
  })
  return authenticator(methods)
}

/** The same request, known to come from somebody. */
const withPrincipal = (request: WireRequest, principal: Principal): WireRequest =>
  Object.create(request, { principal: { value: principal, enumerable: true } })

function maxBodyOf(config: unknown): number {
  const said = typeof config === 'object' && config !== null && 'maxBody' in config ? config.maxBody : undefined
  return typeof said === 'number' ? said : defaultMaxBody
}

interface Answered {
  readonly request: WireHead
  readonly reply: Reply
  readonly started: number
  readonly error: SluiceError | undefined
  readonly principal: Principal | undefined
  readonly channel: ChannelModel | undefined
}

function recordOf({ request, reply, started, error, principal, channel }: Answered): AccessRecord {
  const { id, method, path, headers } = request
  const length = Number(headers['content-length'])
  const traceparent = headers.traceparent
  return {
    id,
    pipeline: channel?.pipeline,
    channel: channel?.name ?? channel?.type,
    method,
    path,
    status: reply.status,
    error: error?.reason,
    bytesIn: Number.isInteger(length) ? length : undefined,
    bytesOut: sizeOf(reply.body),
    durationMs: performance.now() - started,
    principal: principal?.name,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  }
}
