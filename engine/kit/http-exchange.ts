import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Size } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'
import type { Headers } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import { notSent, unanswered } from './http-fault.ts'

export interface HttpRequest {
  readonly method: string
  /** Path and query as they go out. */
  readonly path: string
  /** Names are lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
  /** The body of an answer of 400 or above was larger than allowed: this is its beginning. */
  readonly truncated: boolean
}

export interface ExchangeOptions {
  /** Begins the sentence of an error: `GET https://api.example.com/orders`. */
  readonly doing: string
  readonly maxReply: Size
}

/**
 * Sends one request and reads the whole answer, whatever its status. Rejects with what cut the scope; UNREACHABLE where nothing was sent; OUTCOME_UNKNOWN
 * where no whole answer came; TIMEOUT; UPSTREAM_MALFORMED for what is not HTTP, and for a larger body than `maxReply` below 400.
 */
export function exchange(dispatcher: Dispatcher, request: HttpRequest, scope: Scope, options: ExchangeOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { signal } = scope
    const handler = new Exchange(options, signal, { resolve, reject })
    // The scope has its own timer; these are for one whose owner only set a deadline.
    const headersTimeout = patience(scope.remaining)
    const { method, path, headers, body } = request
    dispatcher.dispatch({ method, path, headers, body: body ?? null, headersTimeout, bodyTimeout: headersTimeout }, handler)
  })
}

/** Above a second to whole ones: a parser of undici keeps its timer as long as the time is the same. */
const patience = (ms: number): number => (ms > 1000 ? Math.ceil(ms / 1000) * 1000 : Math.max(1, Math.ceil(ms)))

interface Settle {
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (error: unknown) => void
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions
  readonly #signal: AbortSignal
  readonly #settle: Settle
  readonly #chunks: Buffer[] = []
  readonly #cut = (): void => this.#cancel()
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: Headers = {}
  #bytes = 0

  constructor(options: ExchangeOptions, signal: AbortSignal, settle: Settle) {
    this.#options = options
    this.#signal = signal
    this.#settle = settle
    signal.addEventListener('abort', this.#cut, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#signal.aborted) this.#cancel()
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    // Every header that was parsed has a value.
    this.#headers = headers as Headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { doing, maxReply } = this.#options
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
    if (this.#bytes <= maxReply) return
    const error = new SluiceError('UPSTREAM_MALFORMED', `${doing}: the reply is larger than \`maxReply\`, ${maxReply} bytes`)
    if (this.#status < 400) this.#fail(error)
    else this.#answer(true)
    controller.abort(error)
  }

  onResponseEnd(): void {
    this.#answer(false)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { doing } = this.#options
    this.#fail(this.#controller === undefined ? notSent(doing, error) : unanswered(doing, error))
  }

  #answer(truncated: boolean): void {
    this.#signal.removeEventListener('abort', this.#cut)
    const [first, second] = this.#chunks
    const body = first === undefined || second !== undefined ? Buffer.concat(this.#chunks) : first
    this.#settle.resolve({ status: this.#status, headers: this.#headers, body, truncated })
  }

  #cancel(): void {
    this.#fail(this.#signal.reason)
    this.#controller?.abort(this.#signal.reason)
  }

  #fail(error: unknown): void {
    this.#signal.removeEventListener('abort', this.#cut)
    this.#settle.reject(error)
  }
}
