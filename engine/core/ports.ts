/** Structured log: one event, one line, facts as fields. */
export interface Logger {
  readonly debug: Log
  readonly info: Log
  readonly warn: Log
  readonly error: Log
  /** The same logger with fields on every line. */
  child(fields: Fields): Logger
}
export type Log = (event: string, fields?: Fields) => void
export type Fields = Readonly<Record<string, unknown>>

/** Injected everywhere, so that tests own time. Milliseconds since the epoch. */
export interface Clock {
  now(): number
}
export const systemClock: Clock = { now: () => Date.now() }

/** How a component is. `connecting` heals by itself; `failed` needs somebody. */
export interface Status {
  readonly state: 'connecting' | 'ready' | 'degraded' | 'failed'
  readonly reason?: string | undefined
}

/** One access record a message, written when it is settled. */
export interface AccessRecord {
  readonly id: string
  readonly pipeline?: string | undefined
  readonly channel?: string | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
  readonly status?: number | undefined
  /** The error's code, an author's own where it has one. */
  readonly error?: string | undefined
  readonly bytesIn?: number | undefined
  readonly bytesOut?: number | undefined
  readonly durationMs: number
  readonly principal?: string | undefined
  readonly traceparent?: string | undefined
}

/** One record a step that may wait, written when it is settled: after its repetitions, its `catch` and its `finally`. A step that `when` leaves out has none. */
export interface StepRecord {
  readonly pipeline: string
  readonly step: string
  /** The error's code, an author's own where it has one. */
  readonly error?: string | undefined
  readonly durationMs: number
}

/** One record a message that is given up. */
export interface DeathRecord {
  readonly pipeline: string
  /** The error's code, an author's own where it has one. */
  readonly code: string
}

/** One record a call of a connector, its repetitions included, written when it is settled. */
export interface CallRecord {
  readonly connector: string
  readonly operation: string
  /** The error's code. */
  readonly error?: string | undefined
  readonly durationMs: number
}

/** Ticks of a schedule that are over. */
export interface TickCount {
  /** The channel's id. */
  readonly component: string
  readonly outcome: 'ran' | 'failed' | 'skipped' | 'missed'
  readonly count: number
}
