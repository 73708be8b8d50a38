import type { SluiceError } from '../core/errors.ts'
import type { Content, Inbound } from '../core/message.ts'
import type { AccessRecord } from '../core/ports.ts'

export interface Settled {
  readonly id: string
  readonly pipeline: string
  readonly channel: string
  /** By `performance.now()`. */
  readonly started: number
  readonly inbound: Inbound
  readonly output?: unknown
  readonly error?: SluiceError | undefined
}

/** What is recorded of a message that no request stands behind. */
export function recordOf({ id, pipeline, channel, started, inbound, output, error }: Settled): AccessRecord {
  return {
    id,
    pipeline,
    channel,
    status: error?.status ?? statusOf(output),
    error: error?.reason,
    bytesIn: sizeOf(inbound.body),
    durationMs: performance.now() - started,
    principal: inbound.principal?.name,
    traceparent: inbound.traceparent,
  }
}

/** Undefined for a value, which has no size. */
export function sizeOf(content: Content): number | undefined {
  if (content instanceof Uint8Array) return content.byteLength
  return content instanceof Blob ? content.size : undefined
}

const statusOf = (output: unknown): number | undefined =>
  typeof output === 'object' && output !== null && 'status' in output && typeof output.status === 'number' ? output.status : undefined
