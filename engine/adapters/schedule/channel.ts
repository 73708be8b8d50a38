import type { ConfigFault, Handle, Host } from '../../core/component.ts'
import { defineConsuming } from '../../core/component.ts'
import type { ScheduleChannel } from '../../core/config.gen.ts'
import { SluiceError } from '../../core/errors.ts'
import { ScheduleConsumer } from './consumer.ts'
import { readCron } from './fields.ts'
import { cronNext, everyNext, type Next } from './next.ts'
import { nearestZone, openZone } from './zone.ts'

/**
 * Hands its `body` on at times, with `source.tick`, the ISO 8601 time of the tick. A tick is claimed before it is handed on, so that it is run
 * once in the cluster. One that comes while the run before it goes on is skipped. A run that fails is not repeated: the next tick is the next try.
 */
export default defineConsuming<ScheduleChannel>({
  guarantees: 'at-least-once',
  once: 'per-cluster',
  check,
  create: (config: ScheduleChannel, _client: undefined, handle: Handle, host: Host) =>
    new ScheduleConsumer(nextOf(config), { body: config.body, immediately: config.immediately }, handle, host),
})

/** The least time between two ticks, in milliseconds. */
const shortest = 100

function check({ every, cron, zone, immediately }: ScheduleChannel): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  if (every !== undefined && every < shortest)
    faults.push({ pointer: '/every', message: 'a schedule runs every 100ms at most', hint: 'every: 100ms' })
  if (every !== undefined && cron !== undefined)
    faults.push({ pointer: '/cron', message: 'a schedule has either every or cron', hint: 'two channels, each with a name' })
  if (every === undefined && cron === undefined && !immediately)
    faults.push({ pointer: '', message: 'this schedule never runs', hint: 'every: 1h' })
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

function unknownZone(zone: string): ConfigFault {
  const nearest = nearestZone(zone)
  return { pointer: '/zone', message: `there is no time zone "${zone}"`, hint: nearest === undefined ? 'as in Europe/Paris' : `${nearest}` }
}

/** `check` has seen the configuration before. */
function nextOf({ every, cron, zone }: ScheduleChannel): Next {
  if (every !== undefined) return everyNext(every)
  if (cron === undefined) return () => undefined
  const fields = readCron(cron)
  const clock = openZone(zone)
  if ('fault' in fields || clock === undefined) throw new SluiceError('INTERNAL', `making ticks of "${cron}" in zone ${zone}`)
  return cronNext(fields, clock)
}
