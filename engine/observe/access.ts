import type { AccessRecord, Logger } from '../core/ports.ts'
import { isSilent } from './log.ts'

/** Writes the one line of a message: event `access` at level info. Above that level nothing is made. */
export function accessLog(log: Logger): (record: AccessRecord) => void {
  const { info } = log
  if (isSilent(info)) return () => {}
  return record =>
    info('access', {
      id: record.id,
      pipeline: record.pipeline,
      channel: record.channel,
      method: record.method,
      path: record.path,
      status: record.status,
      error: record.error,
      bytesIn: record.bytesIn,
      bytesOut: record.bytesOut,
      durationMs: Math.round(record.durationMs * 1000) / 1000,
      principal: record.principal,
      traceparent: record.traceparent,
    })
}
