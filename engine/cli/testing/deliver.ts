import type { Revision } from '../../compile/revision.ts'
import type { WireRequest } from '../../core/component.ts'
import { asSluiceError } from '../../core/errors.ts'
import type { Body, Content, Headers, Reply } from '../../core/message.ts'
import type { ChannelModel, PipelineModel } from '../../core/model.ts'
import type { Given } from './cases.ts'

/** What came back of one message: a reply, and the error's code where it failed. */
export interface Delivered {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
  readonly error?: { readonly code: string; readonly status: number; readonly message: string } | undefined
}

/** A problem with the test itself. */
export class TestFault extends Error {}

/** Hands one message to a pipeline: as a value, or through one of its channels and that channel's format. */
export async function deliver(
  revision: Revision,
  pipelineName: string,
  given: Given,
  failure: () => string | undefined,
): Promise<Delivered> {
  const pipeline = revision.pipelines.get(pipelineName)
  if (pipeline === undefined) throw new TestFault(`there is no pipeline "${pipelineName}"`)
  const headers = given.headers ?? {}
  const source = { query: texts(given.query), params: given.params ?? {} }
  if (given.channel !== undefined) return await throughChannel(revision, channelOf(pipeline.model, given.channel), given, failure)
  try {
    return await pipeline.invoke({ body: { value: given.body }, headers, source })
  } catch (thrown) {
    return failed(thrown)
  }
}

async function throughChannel(
  revision: Revision,
  channel: ChannelModel,
  given: Given,
  failure: () => string | undefined,
): Promise<Delivered> {
  const entry = [...revision.routes.values()].flat().find(one => one.channels.some(bound => bound.id === channel.id))
  const bytes =
    typeof given.body === 'string'
      ? Buffer.from(given.body)
      : given.body === undefined
        ? Buffer.alloc(0)
        : Buffer.from(JSON.stringify(given.body))
  if (entry === undefined) {
    const handle = revision.consumers.get(channel.id)
    if (handle === undefined) throw new TestFault(`the channel "${given.channel}" is not running`)
    try {
      return received(
        await handle({ body: typeof given.body === 'string' ? bytes : { value: given.body }, headers: given.headers ?? {}, source: {} }),
        undefined,
      )
    } catch (thrown) {
      return failed(thrown)
    }
  }
  const request: WireRequest = {
    id: 'test-message',
    method: entry.route.methods[0] ?? 'POST',
    path: entry.route.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(given.params?.[name] ?? '')),
    origin: 'http://localhost',
    params: given.params ?? {},
    query: texts(given.query),
    headers: Object.fromEntries(Object.entries(given.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text])),
    peer: { address: '127.0.0.1' },
    signal: new AbortController().signal,
    body: async () => bytes,
  }
  return received(await entry.answer(request), failure())
}

function received(reply: Reply, code: string | undefined): Delivered {
  const body = content(reply.body)
  return {
    status: reply.status,
    headers: reply.headers,
    body,
    error: code === undefined ? undefined : { code, status: reply.status, message: String(body) },
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

function texts(query: Given['query']): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : value.map(String)]),
  )
}
