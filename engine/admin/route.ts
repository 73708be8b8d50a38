import type { Json } from '../core/message.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** One route of the admin API. Server, guard and documentation derive from this table. */
export interface AdminRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  /** It changes or runs something: the request must carry the header `x-sluice`. */
  readonly acts: boolean
  /** Also on SLUICE_HEALTH, without regard to Host. */
  readonly probe: boolean
  readonly answer: (runtime: Runtime, request: AdminRequest) => Answer | Promise<Answer>
}
export interface AdminRequest {
  readonly params: Readonly<Record<string, string>>
  /** The first of each name. */
  readonly query: Readonly<Record<string, string>>
  readonly body: Json | undefined
  /** Renders the numbers for Prometheus. */
  readonly metrics: () => string
}
export interface Answer {
  readonly status: number
  /** Sent as JSON, unless it is `text`. */
  readonly body: unknown
  /** The media type of a body that is text. */
  readonly text?: string
}
