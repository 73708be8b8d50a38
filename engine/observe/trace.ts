import type { SluiceError } from '../core/errors.ts'
import type { Body, Json } from '../core/message.ts'
import type { StepEvent } from '../core/scope.ts'

/** One step of a run as a person or a program may see it: plain JSON. */
export interface TraceRow {
  readonly step: string
  readonly verb: string
  readonly depth: number
  readonly durationMs: number
  readonly skipped?: true
  readonly input?: Json
  readonly output?: Json
  readonly error?: ErrorRow
}

export interface ErrorRow {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly step?: string
  readonly at?: string
  readonly violations?: readonly { readonly pointer: string; readonly text: string }[]
  readonly details?: Json
}

export function traceRow(event: StepEvent): TraceRow {
  const { step, verb, depth, skipped, error } = event
  const input = plain(event.input)
  const output = plain(event.output)
  return {
    step,
    verb,
    depth,
    durationMs: Math.round(event.durationMs * 1000) / 1000,
    ...(skipped === true ? { skipped } : {}),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: errorRow(error) }),
  }
}

/** An error for those who run the gateway: its own sentence, step, and line of YAML. */
export function errorRow(error: SluiceError): ErrorRow {
  const { violations, details } = error.detail
  return {
    code: error.reason,
    status: error.status,
    message: error.message,
    ...(error.at === undefined
      ? {}
      : { step: error.at.step, at: `${error.at.where.file}:${error.at.where.line}:${error.at.where.column}` }),
    ...(violations === undefined || violations.length === 0 ? {} : { violations }),
    ...(details === undefined ? {} : { details }),
  }
}

/** A body as JSON: bytes and blobs by what they are. */
export function plain(body: Body): Json | undefined {
  if (body instanceof Uint8Array) return `(${body.byteLength} bytes)`
  if (body instanceof Blob) return `(${body.size} bytes, ${body.type})`
  return body
}
