import type { Host } from '../../engine/core/component.ts'
import type { Clock, Fields, Log, Logger, Status } from '../../engine/core/ports.ts'
import { Scope } from '../../engine/core/scope.ts'
import type { Store } from '../../engine/core/store.ts'
import { cacheIn } from '../../engine/durable/cache.ts'
import { MemoryStore } from '../../engine/store/memory.ts'
import { testTicks } from './ticks.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  move(ms: number): void
}

export function testClock(start = Date.UTC(2013, 8, 3)): TestClock {
  let now = start
  return {
    now: () => now,
    move: ms => {
      now += ms
    },
  }
}

/** What a runtime lends, with ears: remembers statuses and log lines, and waits for them. */
export interface TestHost extends Host {
  readonly clock: TestClock
  readonly statuses: readonly Status[]
  readonly lines: readonly { readonly level: string; readonly event: string; readonly fields: Fields | undefined }[]
  /** Resolves when the status is, or becomes, this one. */
  until(state: Status['state']): Promise<Status>
}

/** Keeps in `store`; in one of its own by default. */
export function testHost(store?: Store): TestHost {
  const statuses: Status[] = []
  const lines: { level: string; event: string; fields: Fields | undefined }[] = []
  const waiting = new Set<(status: Status) => void>()
  const write =
    (level: string): Log =>
    (event, fields) =>
      void lines.push({ level, event, fields })
  const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log }
  const clock = testClock()
  const kept = store ?? new MemoryStore(clock)
  return {
    id: 'connector/subject',
    log,
    clock,
    statuses,
    lines,
    keep: bounds => cacheIn(kept, 'connector/subject', bounds),
    ticks: testTicks('connector/subject', kept, { clock, log }),
    status: status => {
      statuses.push(status)
      for (const look of waiting) look(status)
    },
    until: state =>
      new Promise(resolve => {
        const look = (status: Status | undefined): void => {
          if (status?.state !== state) return
          waiting.delete(look)
          resolve(status)
        }
        waiting.add(look)
        look(statuses.at(-1))
      }),
  }
}

/** The life of one delivery that nobody cuts. */
export const testScope = (ms = 10_000): Scope => new Scope({ id: 'test-delivery', deadline: performance.now() + ms })
