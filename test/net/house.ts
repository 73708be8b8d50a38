import type { TestContext } from 'node:test'
import type { WireRequest } from '../../engine/core/component.ts'
import type { Reply } from '../../engine/core/message.ts'
import type { AccessRecord } from '../../engine/core/ports.ts'
import type { RouteEntry } from '../../engine/core/route.ts'
import type { EdgeLimits } from '../../engine/net/limits.ts'
import { Listeners } from '../../engine/net/listeners.ts'
import { createLog } from '../../engine/observe/log.ts'

export interface House {
  readonly listeners: Listeners
  readonly port: number
  readonly records: readonly AccessRecord[]
  /** Log lines, one JSON object each. */
  readonly lines: readonly string[]
  /** Swaps in other routes on the same port. */
  swap(...entries: readonly RouteEntry[]): Promise<void>
}

/** Listeners with one open port, closed when the test ends. */
export async function openHouse(context: TestContext, entries: readonly RouteEntry[], limits: Partial<EdgeLimits> = {}): Promise<House> {
  const records: AccessRecord[] = []
  const lines: string[] = []
  const log = createLog({ level: 'info', format: 'json', write: text => lines.push(text) })
  const listeners = new Listeners({ log, access: record => records.push(record), limits })
  const swap = async (...next: readonly RouteEntry[]): Promise<void> => {
    const binding = await listeners.bind([{ name: 'public', host: '127.0.0.1', port: 0 }])
    listeners.swap(binding, new Map([['public', next]]))
  }
  await swap(...entries)
  context.after(() => listeners.close(0))
  return { listeners, port: listeners.address('public').port, records, lines, swap }
}

export type Answerer = (request: WireRequest) => Reply | Promise<Reply>

/** `GET /path`, answered by `answer`; what is refused is told in one line of text. */
export function route(call: string, answer: Answerer = () => text('hello'), maxBody = 1_000): RouteEntry {
  const [method = '', path = ''] = call.split(' ')
  return {
    route: { listener: 'public', methods: method.split(','), path },
    channels: [],
    maxBody,
    answer,
    refuse: error => ({ ...text(`${error.code}: ${error.message}`), status: error.status, headers: error.detail.headers ?? {} }),
  }
}

export const text = (body: string, status = 200): Reply => ({ status, headers: {}, contentType: 'text/plain', body: Buffer.from(body) })

/** Answers with what it was asked. */
export const echo: Answerer = async request => text(Buffer.from(await request.body()).toString('latin1'))

/** A promise and what settles it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { promise, resolve }
}
