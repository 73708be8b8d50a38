import type { WireRequest } from '../../core/component.ts'
import { asSluiceError } from '../../core/errors.ts'
import type { Body, Content, Headers, Reply } from '../../core/message.ts'
import type { ChannelModel, PipelineModel } from '../../core/model.ts'
import type { RouteEntry } from '../../core/route.ts'
import type { Given } from './cases.ts'
import type { Tested } from './house.ts'
import { TestFault } from './test-fault.ts'

/** What came back of one message: a reply, and the error's code where it failed. */
export interface Delivered {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
  readonly error?: { readonly code: string; readonly status: number; readonly message: string } | undefined
}

/** Hands one message to a pipeline: as a value, or through one of its channels and that channel's format. */
export async function deliver(tested: Tested, pipelineName: string, given: Given): Promise<Delivered> {
  const pipeline = tested.revision.pipelines.get(pipelineName)
  if (pipeline === undefined) throw new TestFault(`there is no pipeline "${pipelineName}"`)
  if (given.channel !== undefined) return await throughChannel(tested, channelOf(pipeline.model, given.channel), given)
  const source = { query: texts(given.query), params: given.params ?? {} }
  try {
    return await pipeline.invoke({ body: { value: given.body }, headers: lowerCase(given.headers), source })
  } catch (thrown) {
    return failed(thrown)
  }
}

async function throughChannel({ revision, failure }: Tested, channel: ChannelModel, given: Given): Promise<Delivered> {
  const entry = [...revision.routes.values()].flat().find(one => one.channels.some(bound => bound.id === channel.id))
  if (entry !== undefined) return received(await entry.answer(requestFor(entry, given)), failure())
  const handle = revision.consumers.get(channel.id)
  if (handle === undefined) throw new TestFault(`the channel "${given.channel}" is not running`)
  const body = typeof given.body === 'string' ? Buffer.from(given.body) : { value: given.body }
  try {
    return received(await handle({ body, headers: lowerCase(given.headers), source: {} }), failure())
  } catch (thrown) {
    return failed(thrown)
  }
}

/** As a client would send it: a text as it stands, a value as JSON. */
function requestFor({ route }: RouteEntry, { body, headers, params = {}, query }: Given): WireRequest {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const json = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }
  return {
    id: 'test-message',
    method: route.methods.includes('POST') ? 'POST' : (route.methods[0] ?? 'POST'),
    path: route.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? '')),
    origin: 'http://localhost',
    params,
    query: texts(query),
    headers: { ...json, ...lowerCase(headers) },
    peer: { address: '127.0.0.1' },
    signal: new AbortController().signal,
    hasBody: text !== '',
    body: async () => Buffer.from(text),
  }
}

function received(reply: Reply, code: string | undefined): Delivered {
  const body = content(reply.body)
  return {
    status: reply.status,
    headers: { ...(reply.contentType === undefined ? {} : { 'content-type': reply.contentType }), ...reply.headers },
    body,
    error: code === undefined ? undefined : { code, status: reply.status, message: typeof body === 'string' ? body : JSON.stringify(body) },
  }
}

/** Text as the channel wrote it; JSON as the value it says. */
function content(body: Content): Body {
  if (body instanceof Blob) return body
  if (!(body instanceof Uint8Array)) return body.value
  const text = Buffer.from(body).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function failed(thrown: unknown): Delivered {
  const error = asSluiceError(thrown)
  return { status: error.status, headers: {}, body: undefined, error: { code: error.reason, status: error.status, message: error.message } }
}

function channelOf(pipeline: PipelineModel, wanted: string): ChannelModel {
  const named = pipeline.channels.filter(channel => channel.name === wanted)
  const found = named.length > 0 ? named : pipeline.channels.filter(channel => channel.type === wanted)
  const [channel] = found
  if (channel === undefined) throw new TestFault(`the pipeline "${pipeline.name}" has no channel "${wanted}"`)
  if (found.length > 1)
    throw new TestFault(`the pipeline "${pipeline.name}" has ${found.length} channels "${wanted}": give the one you mean a name`)
  return channel
}

const lowerCase = (headers: Given['headers']): Headers =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]))

function texts(query: Given['query']): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : value.map(String)]),
  )
}
