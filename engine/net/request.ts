import type { ServerResponse } from 'node:http'
import type { Meter, WireRequest } from '../core/component.ts'
import type { Size } from '../core/duration.ts'
import type { Headers, Principal } from '../core/message.ts'
import { goneAway, hasBody, readBody } from './body.ts'
import type { Incoming } from './incoming.ts'
import { type Query, readQuery } from './query.ts'

export interface RequestOptions {
  readonly id: string
  readonly path: string
  /** Percent-encoded, and known to be readable where it is not yet read. */
  readonly query: string | Query
  readonly params: Readonly<Record<string, string>>
  readonly maxBody: Size
  /** What stands for the header host, which HTTP/1.0 may leave out. */
  readonly authority: string
}

/** A request as Node read it; whatever costs something is made when somebody asks. `principal` is for whoever authenticates to set, `meter` for whoever admits. */
export class HttpRequest implements WireRequest {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  principal: Principal | undefined = undefined
  meter: Meter | undefined = undefined
  // Not #private: an object that has this one as its prototype works as well.
  private readonly incoming: Incoming
  private readonly response: ServerResponse
  private readonly options: RequestOptions
  private fields: Headers | undefined = undefined
  private parameters: Query | undefined = undefined
  private controller: AbortController | undefined = undefined
  private reading: Promise<Uint8Array> | undefined = undefined

  constructor(incoming: Incoming, response: ServerResponse, options: RequestOptions) {
    this.incoming = incoming
    this.response = response
    this.options = options
    this.id = options.id
    this.method = incoming.method ?? 'GET'
    this.path = options.path
    this.params = options.params
  }

  get headers(): Headers {
    this.fields ??= readHeaders(this.incoming)
    return this.fields
  }

  get query(): Query {
    const { query } = this.options
    this.parameters ??= typeof query === 'string' ? readQuery(query) : query
    return this.parameters
  }

  get origin(): string {
    const host = this.incoming.headers.host
    return `http://${host !== undefined && authority.test(host) ? host : this.options.authority}`
  }

  get peer(): { readonly address: string } {
    return { address: this.incoming.socket.remoteAddress ?? '' }
  }

  get gone(): boolean {
    const { response, incoming } = this
    return (response.destroyed || incoming.socket.destroyed) && !response.writableFinished
  }

  get signal(): AbortSignal {
    if (this.controller !== undefined) return this.controller.signal
    const controller = new AbortController()
    this.controller = controller
    const { response } = this
    const leave = (): void => {
      if (!response.writableFinished) controller.abort(goneAway())
    }
    if (this.gone) leave()
    else response.once('close', leave)
    return controller.signal
  }

  get hasBody(): boolean {
    return hasBody(this.incoming)
  }

  body(): Promise<Uint8Array> {
    this.reading ??= readBody(this.incoming, this.response, { maxBody: this.options.maxBody, meter: this.meter })
    return this.reading
  }
}

const authority = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** Node's own object where every field came once; a field that came more than once is a list. */
function readHeaders(incoming: Incoming): Headers {
  const { headers, rawHeaders } = incoming
  let names = 0
  for (const _ in headers) names += 1
  // As: what Node sets is a text or a list; its type has `undefined` only for names that are not there.
  if (names * 2 === rawHeaders.length) return headers as Headers
  const distinct: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    const [first] = values
    distinct[name] = values.length === 1 && first !== undefined ? first : values
  }
  return distinct
}
