import type { ConfigFault, Handle, Host } from '../../core/component.ts'
import { defineConsuming } from '../../core/component.ts'
import type { ScheduleChannel } from '../../core/config.gen.ts'
import { formatDuration } from '../../core/duration.ts'
import { checkTimes, nextOf } from '../../kit/times.ts'
import { ScheduleConsumer } from './consumer.ts'

/**
 * Hands its `body` on at times, with `source.tick`, the ISO 8601 time of the tick. Every node waits for the tick and puts it down in the store, which
 * takes it once; who claims it there runs it, so that it is run once in the cluster without a node that must be there.
 */
export default defineConsuming<ScheduleChannel>({
  guarantees: 'at-least-once',
  once: 'per-node',
  check,
  create: (config: ScheduleChannel, _client: undefined, handle: Handle, host: Host) => {
    const { body, immediately, overlap, catchup, within } = config
    return new ScheduleConsumer(nextOf(config), { body, immediately, overlap, catchup, within, times: timesOf(config) }, handle, host)
  },
})

/** As operators read them. */
function timesOf({ every, cron, zone }: ScheduleChannel): string {
  if (cron !== undefined) return `${cron} in ${zone}`
  return every === undefined ? 'at the start' : `every ${formatDuration(every)}`
}

function check(config: ScheduleChannel): readonly ConfigFault[] {
  const { every, cron, immediately } = config
  const faults = [...checkTimes(config, 'a schedule runs')]
  if (every !== undefined && cron !== undefined)
    faults.push({ pointer: '/cron', message: 'a schedule has either every or cron', hint: 'two channels, each with a name' })
  if (every === undefined && cron === undefined && !immediately)
    faults.push({ pointer: '', message: 'this schedule never runs', hint: 'every: 1h' })
  return faults
}
