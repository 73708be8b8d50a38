import type { TickRecord } from '../core/ticks.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { ScheduleState } from '../runtime/schedules.ts'
import { answered } from './answered.ts'
import type { AdminRoute } from './route.ts'

/** A schedule as `GET /schedules` shows it. Instants are ISO 8601 in UTC. */
export interface ScheduleBody {
  readonly name: string
  readonly times: string
  readonly paused: boolean
  readonly next: readonly string[]
  /** Ticks that are run now or wait, on all gateways that share the store. */
  readonly open: number
  readonly last?: TickBody | undefined
}
export interface TickBody {
  readonly tick: string
  readonly why: TickRecord['why']
  readonly outcome: TickRecord['outcome']
  readonly code?: string | undefined
  readonly attempts: number
  readonly node: string
  readonly begun: string
  readonly durationMs: number
}

/** How many of a history are shown. */
const most = 100

export const scheduleRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/schedules',
    summary: 'Every schedule: its next times, whether it is paused, how its last tick ended.',
    acts: false,
    probe: false,
    answer: runtime => answered(async () => ({ schedules: (await runtime.schedules.list()).map(scheduleBody) })),
  },
  {
    method: 'GET',
    path: '/schedules/:name/history',
    summary: 'How the last 100 ticks of a schedule ended, the newest first.',
    acts: false,
    probe: false,
    answer: (runtime, { params }) =>
      answered(async () => ({ history: (await runtime.schedules.history(params.name ?? '', most)).map(tickBody) })),
  },
  {
    method: 'POST',
    path: '/schedules/:name/run',
    summary: 'Runs a schedule once besides its ticks, also where it is paused: `{ tick }`.',
    acts: true,
    probe: false,
    answer: (runtime, { params }) => answered(async () => ({ tick: instant(await runtime.schedules.run(params.name ?? '')) })),
  },
  acting('pause', 'Runs no tick of a schedule any more, on no gateway that shares the store, until it is resumed.', (runtime, name) =>
    runtime.schedules.pause(name).then(() => ({ paused: true })),
  ),
  acting('resume', 'Runs a schedule again, from now on: what came in between was not missed.', (runtime, name) =>
    runtime.schedules.resume(name).then(() => ({ paused: false })),
  ),
]

function acting(verb: string, summary: string, act: (runtime: Runtime, name: string) => Promise<unknown>): AdminRoute {
  const path = `/schedules/:name/${verb}`
  return {
    method: 'POST',
    path,
    summary,
    acts: true,
    probe: false,
    answer: (runtime, { params }) => answered(() => act(runtime, params.name ?? '')),
  }
}

const scheduleBody = ({ next, last, ...state }: ScheduleState): ScheduleBody => ({
  ...state,
  next: next.map(instant),
  last: last === undefined ? undefined : tickBody(last),
})

const tickBody = ({ tick, begun, ended, ...record }: TickRecord): TickBody => ({
  tick: instant(tick),
  ...record,
  begun: instant(begun),
  durationMs: ended - begun,
})

const instant = (ms: number): string => new Date(ms).toISOString()
