import { codes, type SluiceError } from '../core/errors.ts'
import type { Logger } from '../core/ports.ts'

export interface Delivered {
  readonly id: string
  readonly pipeline: string
  readonly channel: string
}

/** Says in the log what the caller is not told: our own faults loudly, those of called systems as warnings, and what is only a consequence, or the caller's, not at all. */
export function reportFailure(log: Logger, error: SluiceError, { id, pipeline, channel }: Delivered): void {
  const level = levelOf(error)
  if (level === undefined) return
  const { at } = error
  const where = at === undefined ? undefined : `${at.where.file}:${at.where.line}:${at.where.column}`
  log[level]('message failed', { id, pipeline, channel, step: at?.step, connector: at?.connector, where, error })
}

function levelOf(error: SluiceError): 'error' | 'warn' | undefined {
  if (error.code === 'REFUSED' || error.code === 'OVERLOADED' || error.code === 'BREAKER_OPEN' || error.fault === 'sender') return undefined
  return error.fault === 'receiver' && codes[error.code].status === 500 ? 'error' : 'warn'
}
