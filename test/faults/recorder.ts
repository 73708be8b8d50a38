import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { eventually } from '../support/eventually.ts'
import { startHttp } from '../support/http-server.ts'
import type { Delivery } from './journal.ts'

export const hash = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

/** A system that is called, and writes down each message that it is sent: `x-life` says by which gateway, `idempotency-key` which one it is. */
export interface Recorder extends AsyncDisposable {
  readonly url: string
  /** Resolves when so many have come in all. */
  asked(count: number): Promise<void>
  readonly deliveries: readonly Delivery[]
  /** At which path each came. */
  readonly paths: readonly string[]
  /** Resolves when all of these have come; rejects where nothing new comes for a minute. */
  has(ids: readonly string[]): Promise<void>
}

export interface RecorderOptions {
  /** The sender's name for a message. */
  readonly idOf: (body: string) => string
  /** Messages that came as one: each is written down, and is told from others by the key of the whole and its own name. */
  readonly partsOf?: (body: string) => readonly string[]
  /** Called when a message is written down and not answered. */
  readonly taken?: (delivery: Delivery) => Promise<void> | void
}

export async function startRecorder({ idOf, partsOf, taken }: RecorderOptions): Promise<Recorder> {
  const deliveries: Delivery[] = []
  const paths: string[] = []
  const server = await startHttp((request, response) => {
    const write = async (bytes: Buffer | undefined): Promise<void> => {
      // Cut before its end: it was not told.
      if (bytes === undefined) return
      const { 'x-life': life, 'idempotency-key': key } = request.headers
      const delivery = { id: partsOf === undefined ? idOf(bytes.toString()) : '', hash: hash(bytes), life: Number(life), key: String(key) }
      if (partsOf === undefined) deliveries.push(delivery)
      else
        for (const part of partsOf(bytes.toString()))
          deliveries.push({ ...delivery, id: idOf(part), hash: hash(part), key: `${delivery.key} ${idOf(part)}` })
      paths.push(request.url ?? '')
      await taken?.(delivery)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }
    void buffer(request)
      .catch(() => undefined)
      .then(write)
  })
  return {
    url: server.url,
    asked: count =>
      eventually(() => {
        if (deliveries.length < count) throw new Error(`${deliveries.length} messages came`)
      }, 30_000),
    deliveries,
    paths,
    has: ids => arrived(deliveries, ids),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Resolves when all of these are among the deliveries; rejects where nothing new comes for a minute. */
export async function arrived(deliveries: readonly Delivery[], ids: readonly string[]): Promise<void> {
  const missing = new Set(ids)
  let seen = 0
  while (missing.size > 0)
    await eventually(() => {
      for (; seen < deliveries.length; seen++) if (missing.delete(deliveries[seen]?.id ?? '')) return
      if (missing.size > 0) throw new Error(`${missing.size} messages did not come, ${[...missing].slice(0, 5).join(' ')}`)
    }, 60_000)
}
