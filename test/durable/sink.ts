import { text } from 'node:stream/consumers'
import { type HttpServer, startHttp } from '../support/http-server.ts'

/** A called system that remembers what it was told. */
export interface Sink extends AsyncDisposable {
  readonly url: string
  readonly server: HttpServer
  /** What came so far, in its order: the path, and the body as JSON. */
  readonly told: readonly { readonly path: string; readonly body: unknown; readonly id: string | undefined }[]
  /** Resolves when so many have been told in all, and answered. */
  heard(count: number): Promise<void>
  /** The status of the next answers, in their order; then 200. */
  answers(...statuses: readonly number[]): void
}

export async function startSink(): Promise<Sink> {
  const told: { path: string; body: unknown; id: string | undefined }[] = []
  const statuses: number[] = []
  const waiting = new Set<() => void>()
  const server = await startHttp((request, response) => {
    const read = text(request).catch(() => undefined)
    void read.then(body => {
      // Who told it is gone.
      if (body === undefined) return
      told.push({ path: request.url ?? '', body: body === '' ? undefined : JSON.parse(body), id: request.headers['x-id']?.toString() })
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/json' }).end('{}')
      for (const look of waiting) look()
    })
  })
  return {
    url: server.url,
    server,
    told,
    heard: count =>
      new Promise(resolve => {
        const look = (): void => {
          if (told.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    answers: (...next) => void statuses.push(...next),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
