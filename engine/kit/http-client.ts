import type { Pool } from 'undici'
import UndiciPool from 'undici/lib/dispatcher/pool.js'
import type { Host, Identify } from '../core/component.ts'
import type { HttpConnector } from '../core/config.gen.ts'
import { SluiceError } from '../core/errors.ts'
import type { Headers } from '../core/message.ts'
import { Scope } from '../core/scope.ts'
import { guardEgress } from './egress.ts'
import { exchange, type HttpAnswer, type HttpRequest } from './http-exchange.ts'
import { codeOf } from './http-fault.ts'
import { refusedBy } from './http-refusal.ts'
import { inflate } from './inflate.ts'
import { Slots } from './slots.ts'
import { tlsClient } from './tls.ts'

/** What a connector's configuration says of its connections. Of `url`, only origin and user info are used. */
export type HttpClientOptions = Pick<HttpConnector, 'url' | 'connections' | 'maxReply' | 'tls' | 'egress'>

/** Connections to one origin: opened when they are needed, kept while they are used, never more than `connections`; redirects are not followed. */
export class HttpClient {
  readonly #options: HttpClientOptions
  readonly #host: Pick<Host, 'status' | 'log'>
  readonly #identify: Identify | undefined
  readonly #origin: string
  readonly #pool: Pool
  readonly #slots: Slots
  readonly #credentials: string | undefined
  #trouble: string | undefined

  constructor(options: HttpClientOptions, host: Pick<Host, 'status' | 'log'>, identify?: Identify) {
    const url = new URL(options.url.reveal())
    this.#options = options
    this.#host = host
    this.#identify = identify
    this.#origin = url.origin
    this.#credentials = basicOf(url)
    this.#pool = openPool(url, options)
    this.#slots = new Slots({ count: options.connections, waiting: mostWaiting, waitMs: longestWaitMs, doing: `calling ${url.origin}` })
  }

  start(): void {
    if (this.#options.tls?.insecure === true)
      this.#host.log.warn('insecure', { reason: 'any certificate is taken: `tls.insecure` is for tests' })
    this.#host.status({ state: 'ready' })
  }

  /** What the error of this request begins with: no query, no credentials. */
  doing({ method, path }: Pick<HttpRequest, 'method' | 'path'>): string {
    const [shown = path] = path.split('?')
    return `${method} ${this.#origin}${shown}`
  }

  /** The whole answer, inflated, whatever its status. Rejects as `exchange` does, and with OVERLOADED where no connection comes free in a second. */
  async send(request: HttpRequest, scope: Scope): Promise<HttpAnswer> {
    scope.check()
    const headers = await this.#complete(request, scope)
    const waiting = this.#slots.take()
    if (waiting !== undefined) await waiting
    try {
      scope.check()
      const doing = this.doing(request)
      const answer = await exchange(this.#pool, { ...request, headers }, scope, { doing, maxReply: this.#options.maxReply })
      this.#note(undefined)
      return await this.#inflated(answer, doing)
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'UNREACHABLE') this.#note(`it cannot be reached: ${codeOf(error.cause ?? error)}`)
      throw error
    } finally {
      this.#slots.give()
    }
  }

  /** Asks for the head of `path`: any answer but 502, 503, 504 will do. */
  async ping(path: string, signal: AbortSignal): Promise<void> {
    const scope = new Scope({ id: 'health-ping', deadline: performance.now() + pingMs })
    const cut = (): void => scope.cancel(new SluiceError('CANCELLED', 'pinging was given up'))
    signal.addEventListener('abort', cut, { once: true })
    try {
      const request: HttpRequest = { method: 'HEAD', path, headers: {} }
      const answer = await this.send(request, scope)
      if (answer.status >= 502 && answer.status <= 504) throw refusedBy(this.doing(request), answer, undefined)
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  /** Lets what is under way finish until the signal, then ends it. */
  async close(signal: AbortSignal): Promise<void> {
    const end = (): void => void this.#pool.destroy().catch(nothing)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    await this.#pool.close().catch(nothing)
    signal.removeEventListener('abort', end)
  }

  #complete(request: HttpRequest, scope: Scope): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>> {
    const headers: Record<string, string> = { 'accept-encoding': 'gzip', 'x-correlation-id': scope.id }
    if (scope.traceparent !== undefined) headers['traceparent'] = scope.traceparent
    if (this.#credentials !== undefined) headers['authorization'] = this.#credentials
    Object.assign(headers, request.headers)
    if (this.#identify === undefined) return headers
    const { method, path } = request
    const identified = this.#identify({ method, url: this.#origin + path, headers })
    const merge = (added: Headers): Readonly<Record<string, string>> => {
      for (const [name, value] of Object.entries(added)) headers[name] = String(value)
      return headers
    }
    return identified instanceof Promise ? identified.then(merge) : merge(identified)
  }

  #inflated(answer: HttpAnswer, doing: string): HttpAnswer | Promise<HttpAnswer> {
    const encoding = answer.headers['content-encoding']
    if (encoding === undefined || encoding === 'identity' || answer.body.length === 0) return answer
    return inflate(answer.body, String(encoding), { doing, most: this.#options.maxReply }).then(
      body => ({ ...answer, body }),
      error => {
        // Of a refusal the status is what matters.
        if (answer.status >= 400) return { ...answer, body: new Uint8Array() }
        throw error
      },
    )
  }

  #note(trouble: string | undefined): void {
    if (trouble === this.#trouble) return
    this.#trouble = trouble
    this.#host.status(trouble === undefined ? { state: 'ready' } : { state: 'degraded', reason: trouble })
  }
}

/** Calls that wait for a connection, and how long they do, in milliseconds. */
const mostWaiting = 256
const longestWaitMs = 1000
const pingMs = 3000
const connectMs = 3000

const nothing = (): void => {}

function openPool(url: URL, { connections, tls, egress }: HttpClientOptions): Pool {
  const lookup = guardEgress(url.hostname, egress)
  return new UndiciPool(url.origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 4000,
    connect: { timeout: connectMs, ...tlsClient(tls), ...(lookup && { lookup }) },
  })
}

function basicOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
}
