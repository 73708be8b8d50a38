import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type FeedFault, feedAnswers, monthOf } from './feed-answers.ts'
import { type FeedRow, publishedRows } from './feed-documents.ts'
import { listenOn } from './ports.ts'

/** A server that speaks like the Treasury's feed: `?field_tdr_date_value_month=YYYYMM` on any path. Its faults are switched at any time. */
export interface Feed extends AsyncDisposable {
  readonly url: string
  /** Path and query of every request so far. */
  readonly requests: readonly string[]
  /** What it answers from now on; without one, the month that is asked for. */
  answer(fault?: FeedFault): void
  /** Slow: takes requests and holds the answers back until `release`. */
  hold(): void
  release(): void
  /** Resolves when so many requests have come in all. */
  asked(count: number): Promise<void>
  /** Down: nothing listens at its address; `up` takes the same one. */
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}

export async function startFeed(rows: readonly FeedRow[] = publishedRows): Promise<Feed> {
  const requests: string[] = []
  const held: (() => void)[] = []
  let fault: FeedFault | undefined
  let holding = false
  const reply = (target: string, response: ServerResponse): void => {
    const month = new URL(target, 'http://feed').searchParams.get('field_tdr_date_value_month')
    const { status, headers, body } = fault === undefined ? monthOf(rows, month) : feedAnswers[fault]()
    response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
  }
  const server = createServer((request, response) => {
    const target = request.url ?? '/'
    requests.push(target)
    server.emit('asked')
    if (holding) held.push(() => reply(target, response))
    else reply(target, response)
  })
  const port = await listenOn(server, 0)
  const down = (): Promise<void> => closeServer(server)
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: next => {
      fault = next
    },
    hold: () => {
      holding = true
    },
    release: () => {
      holding = false
      for (const go of held.splice(0)) go()
    },
    asked: async count => {
      while (requests.length < count) await once(server, 'asked')
    },
    down,
    up: async () => {
      await listenOn(server, port)
    },
    stop: down,
    [Symbol.asyncDispose]: down,
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
