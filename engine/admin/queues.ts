import type { Json } from '../core/message.ts'
import type { MessageRow, QueueRow } from '../runtime/queue-desk.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { answered } from './answered.ts'
import type { AdminRoute, Answer } from './route.ts'

/** A queue as `GET /queues` shows it. Instants are ISO 8601 in UTC. */
export interface QueueBody extends Omit<QueueRow, 'oldest' | 'paused'> {
  readonly oldest?: string | undefined
  readonly paused?: string | undefined
}

/** A message as `GET /queues/NAME` lists it. */
export interface MessageBody {
  readonly id: string
  readonly pipeline: string
  readonly state: MessageRow['state']
  readonly lane?: string | undefined
  /** Bytes of its body. */
  readonly size: number
  readonly receivedAt: string
  /** Not run before. */
  readonly due?: string | undefined
  /** Runs that failed. */
  readonly failed: number
  /** The code that the last of them ended with. */
  readonly error?: string | undefined
}

/** A message as `GET /queued/ID` shows it. */
export interface MessageDetail extends MessageBody {
  /** Runs that were begun and did not succeed, those that a crash ended included. */
  readonly attempts: number
  readonly correlation: string
  readonly channel?: string | undefined
  readonly contentType?: string | undefined
  readonly headers: Json
  readonly source: Json
  readonly principal?: string | undefined
  /** Text where it is text, else base64; the first 64 kB. */
  readonly body: string
  readonly encoding: 'text' | 'base64'
}

export const queueRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/queues',
    summary: 'The durable queues: how much is on them, and how old it is.',
    acts: false,
    probe: false,
    answer: runtime => answered(async () => ({ queues: (await runtime.queues.list()).map(queueBody) })),
  },
  {
    method: 'GET',
    path: '/queues/:name',
    summary: 'The first 100 messages of a queue, or those beyond `?after=`.',
    acts: false,
    probe: false,
    answer: (runtime, { params, query }) => messages(runtime, params.name ?? '', query.after),
  },
  {
    method: 'GET',
    path: '/queued/:id',
    summary: 'One queued message, with its body.',
    acts: false,
    probe: false,
    answer: (runtime, { params }) => answered(() => show(runtime, params.id ?? '')),
  },
  {
    method: 'POST',
    path: '/queues/:name/pause',
    summary: 'Keeps the messages of a queue and begins none, until it is resumed.',
    acts: true,
    probe: false,
    answer: (runtime, { params }) => answered(() => runtime.queues.pause(params.name ?? '').then(() => ({ paused: true }))),
  },
  {
    method: 'POST',
    path: '/queues/:name/resume',
    summary: 'Runs the messages of a queue again.',
    acts: true,
    probe: false,
    answer: (runtime, { params }) => answered(() => runtime.queues.resume(params.name ?? '').then(() => ({ paused: false }))),
  },
  {
    method: 'POST',
    path: '/queues/:name/purge',
    summary: 'Takes away the messages of a queue that nobody works on, 10,000 at a time: `{ purged, left }`.',
    acts: true,
    probe: false,
    answer: (runtime, { params }) => answered(() => runtime.queues.purge(params.name ?? '')),
  },
]

const pageSize = 100

const messages = (runtime: Runtime, name: string, after: string | undefined): Promise<Answer> =>
  answered(async () => {
    const { messages: found, last } = await runtime.queues.messages(name, after === undefined ? undefined : Number(after), pageSize)
    return { messages: found.map(messageBody), next: found.length < pageSize ? undefined : last }
  })

async function show(runtime: Runtime, id: string): Promise<MessageDetail> {
  const found = await runtime.queues.show(id)
  const { attempts, head, message } = found
  const { headers, source, contentType, principal } = message.head
  const bytes = Buffer.from(message.body).subarray(0, shown)
  const isText = Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)
  return {
    ...messageBody(found),
    attempts,
    correlation: message.head.id,
    channel: head.channel,
    contentType,
    headers,
    // What a source knows is JSON, and what is undefined in it is left out.
    source: source as Json,
    principal: principal?.name,
    body: bytes.toString(isText ? 'utf8' : 'base64'),
    encoding: isText ? 'text' : 'base64',
  }
}

/** Of a body, in bytes. */
const shown = 64 * 1024

export const queueBody = ({ oldest, paused, ...row }: QueueRow): QueueBody => ({ ...row, oldest: instant(oldest), paused: instant(paused) })

function messageBody({ id, pipeline, state, lane, size, head, due }: MessageRow): MessageBody {
  const { failed, error, message } = head
  const receivedAt = new Date(message.receivedAt).toISOString()
  return {
    id,
    pipeline,
    state,
    lane: lane === '' ? undefined : lane,
    size,
    receivedAt,
    due: due === 0 ? undefined : instant(due),
    failed,
    error,
  }
}

const instant = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString())
