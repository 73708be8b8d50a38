import type { ConfigFault } from '../core/component.ts'
import type { Duration } from '../core/duration.ts'
import { SluiceError } from '../core/errors.ts'
import { readCron } from './cron.ts'
import { cronNext, everyNext, type Next } from './next.ts'
import { nearestZone, openZone } from './zone.ts'

/** When a channel does something by itself: at an interval, or by the clock of a zone. */
export interface Times {
  readonly every?: Duration | undefined
  readonly cron?: string | undefined
  readonly zone: string
}

/** The least time between two ticks, in milliseconds. */
const shortest = 100

/** What is wrong with them. `what` is said in the words of a finding: `a schedule runs`. */
export function checkTimes({ every, cron, zone }: Times, what: string): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  if (every !== undefined && every < shortest)
    faults.push({ pointer: '/every', message: `${what} every 100ms at most`, hint: 'every: 100ms' })
  const clock = openZone(zone)
  if (clock === undefined) faults.push(unknownZone(zone))
  const fields = cron === undefined ? undefined : readCron(cron)
  if (fields === undefined) return faults
  if ('fault' in fields) faults.push({ pointer: '/cron', message: fields.fault, hint: fields.hint })
  // Zones do not make a date: any will do to see whether one ever comes.
  else if (cronNext(fields, clock ?? (instant => instant))(0) === undefined)
    faults.push({ pointer: '/cron', message: `"${cron}" names a day that never comes`, hint: 'a day that one of its months has' })
  return faults
}

/** The ticks of times without a fault; `cron` counts where both are said, and no tick comes where neither is. */
export function nextOf({ every, cron, zone }: Times): Next {
  if (cron === undefined) return every === undefined ? () => undefined : everyNext(every)
  const fields = readCron(cron)
  const clock = openZone(zone)
  if ('fault' in fields || clock === undefined) throw new SluiceError('INTERNAL', `making ticks of "${cron}" in zone ${zone}`)
  return cronNext(fields, clock)
}

function unknownZone(zone: string): ConfigFault {
  const nearest = nearestZone(zone)
  return { pointer: '/zone', message: `there is no time zone "${zone}"`, hint: nearest === undefined ? 'as in Europe/Paris' : `${nearest}` }
}
