import type { Where } from './finding.ts'
import type { Headers, Json } from './message.ts'

/** Who must act, whether trying again can help, and what a client may be told. Everything else derives from these three. */
export const codes = {
  MALFORMED: { fault: 'sender', retry: 'never', status: 400, text: 'the body is not what its format says' },
  INPUT_INVALID: { fault: 'sender', retry: 'never', status: 400, text: 'the message violates the schema of the pipeline' },
  NUMBER_PRECISION: { fault: 'sender', retry: 'never', status: 400, text: 'a number in the body cannot be held exactly' },
  UNAUTHENTICATED: { fault: 'sender', retry: 'never', status: 401, text: 'credentials are missing or wrong' },
  FORBIDDEN: { fault: 'sender', retry: 'never', status: 403, text: 'the caller may not do this' },
  NOT_FOUND: { fault: 'sender', retry: 'never', status: 404, text: 'there is no such route or operation' },
  METHOD_NOT_ALLOWED: { fault: 'sender', retry: 'never', status: 405, text: 'the route does not take this method' },
  BAD_REQUEST: { fault: 'sender', retry: 'never', status: 400, text: 'the request breaks a rule of its protocol' },
  CONFLICT: { fault: 'sender', retry: 'safe', status: 409, text: 'the same key is being worked on' },
  TOO_LARGE: { fault: 'sender', retry: 'never', status: 413, text: 'the body is above the limit' },
  UNSUPPORTED: { fault: 'sender', retry: 'never', status: 415, text: 'the media type or encoding is not taken here' },
  REFUSED: { fault: 'sender', retry: 'never', status: 422, text: 'a fail step refused the message; its own code and status are used' },
  KEY_REUSED: { fault: 'sender', retry: 'never', status: 422, text: 'the idempotency key came before with another message' },
  RATE_LIMITED: { fault: 'sender', retry: 'safe', status: 429, text: 'too many in the time allowed' },
  CANCELLED: { fault: 'sender', retry: 'safe', status: 499, text: 'the caller went away' },
  EXPRESSION: { fault: 'receiver', retry: 'never', status: 500, text: 'an expression failed' },
  PLUGIN: { fault: 'receiver', retry: 'never', status: 500, text: 'a plugin failed' },
  OUTPUT_INVALID: { fault: 'receiver', retry: 'never', status: 500, text: 'the reply violates the schema of the pipeline' },
  ARGUMENT_INVALID: { fault: 'receiver', retry: 'never', status: 500, text: 'an evaluated argument violates the schema of its operation' },
  LIMIT: { fault: 'receiver', retry: 'never', status: 500, text: 'a bound of a step was reached: rounds, items, nesting' },
  INTERNAL: { fault: 'receiver', retry: 'never', status: 500, text: 'a fault of the gateway itself' },
  OVERLOADED: { fault: 'receiver', retry: 'safe', status: 503, text: 'too much at once' },
  STORE: { fault: 'receiver', retry: 'safe', status: 503, text: 'what must survive a crash cannot be kept or read' },
  DEADLINE: { fault: 'receiver', retry: 'unsafe', status: 504, text: 'the time allowed for the message is over' },
  BREAKER_OPEN: { fault: 'upstream', retry: 'safe', status: 503, text: 'the called system failed too often and is left alone for a while' },
  UNREACHABLE: { fault: 'upstream', retry: 'safe', status: 502, text: 'the called system cannot be reached; nothing was sent' },
  UPSTREAM_REFUSED: { fault: 'upstream', retry: 'never', status: 502, text: 'the called system answered with an error' },
  UPSTREAM_MALFORMED: {
    fault: 'upstream',
    retry: 'never',
    status: 502,
    text: 'the answer of the called system is not what its format says',
  },
  RETURNS_INVALID: { fault: 'upstream', retry: 'never', status: 502, text: 'the answer of the called system violates `returns`' },
  TIMEOUT: { fault: 'upstream', retry: 'unsafe', status: 504, text: 'one call or step took longer than allowed' },
  OUTCOME_UNKNOWN: {
    fault: 'upstream',
    retry: 'unsafe',
    status: 504,
    text: 'sent, and no answer came: only an idempotent operation may be retried',
  },
} as const satisfies Record<string, CodeRow>

export type Code = keyof typeof codes
export type Fault = 'sender' | 'receiver' | 'upstream'
/** `safe`: nothing happened, try again. `unsafe`: only what is idempotent. `never`: the same will fail the same way. */
export type Retry = 'never' | 'safe' | 'unsafe'
interface CodeRow {
  readonly fault: Fault
  readonly retry: Retry
  readonly status: number
  readonly text: string
}

export interface Violation {
  /** JSON Pointer into the value that was checked. */
  readonly pointer: string
  readonly text: string
}

/** What the called system said, for `$error.body`, `$error.status` and `catch: { on: "404" }`. */
export interface Answer {
  readonly status: number
  readonly headers?: Headers | undefined
  readonly body?: Json | undefined
}

export interface ErrorDetail {
  readonly cause?: unknown
  /** An author's own code, in kebab-case, and status: given to `fail`. */
  readonly reason?: string
  readonly status?: number
  readonly details?: Json | undefined
  readonly violations?: readonly Violation[]
  /** All violations counted, where only the first are listed. */
  readonly violationCount?: number
  readonly answer?: Answer
  /** For the refusal: Allow, Retry-After, WWW-Authenticate. */
  readonly headers?: Headers
  /** When to try again, in milliseconds, where it is known. */
  readonly delayMs?: number
  /** Where the code's own row is wrong for this case: an upstream's 503 may be retried, its 404 may not. */
  readonly retry?: Retry
}

/**
 * The one error of the engine. `code` is a row of the table; HTTP status, SOAP fault, redelivery, breaker and log level derive from it.
 * The message says what was being done, to what; lower-case, without a full stop; never a secret, never a body.
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError'
  readonly code: Code
  readonly detail: ErrorDetail
  /** The step that failed, the connector it called, and its line of YAML: put on by the innermost step that sees the error, once. */
  at?: { readonly step: string; readonly connector?: string | undefined; readonly where: Where; readonly attempt?: number }

  constructor(code: Code, sentence: string, detail: ErrorDetail = {}) {
    super(sentence, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.detail = detail
  }

  get fault(): Fault {
    const status = this.detail.status
    if (this.code === 'REFUSED' && status !== undefined) return status >= 500 ? 'receiver' : 'sender'
    return codes[this.code].fault
  }
  get retry(): Retry {
    if (this.detail.retry !== undefined) return this.detail.retry
    if (this.code === 'REFUSED' && this.status >= 500) return 'unsafe'
    return codes[this.code].retry
  }
  get status(): number {
    return this.detail.status ?? codes[this.code].status
  }
  /** What clients and `catch` see: the author's own code, or the table's. */
  get reason(): string {
    return this.detail.reason ?? this.code
  }
}

/** Anything thrown, as a SluiceError: what is not one already is the gateway's own fault. */
export const asSluiceError = (thrown: unknown): SluiceError =>
  thrown instanceof SluiceError
    ? thrown
    : new SluiceError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
