import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { createLog } from '../observe/log.ts'
import { placeOfMainThread } from './stuck-place.ts'
import type { WatchdogData } from './watchdog.ts'

/** Between two looks, in milliseconds. */
const lookMs = 100
/** A look that comes so late, in milliseconds, tells that this thread stood still itself: the machine was asleep, or the process was stopped. */
const asleepMs = 700

/** The thread of the watchdog. What it says goes past the main thread, straight to the error stream. */
function watch({ cells, log: { level, format }, limits }: WatchdogData): void {
  const log = createLog({ level, format, write: text => void writeSync(2, text) })
  let beats = -1
  let since = performance.now()
  let last = since
  let told = 0

  /** Says where it is stuck, as soon as that is known. */
  const tell = async (say: 'warn' | 'error', event: string, stuckMs: number): Promise<void> => {
    const place = await placeOfMainThread()
    log[say](event, { stuckMs: Math.round(stuckMs), ...place })
    log.flush()
  }
  const stages: readonly { readonly afterMs: number; readonly act: (stuckMs: number) => void }[] = [
    { afterMs: limits.toldMs, act: stuckMs => void tell('warn', 'event loop stuck', stuckMs) },
    { afterMs: limits.brokenMs, act: stuckMs => void tell('error', 'event loop stuck: it ends when it comes back', stuckMs) },
    {
      afterMs: limits.killedMs,
      act: stuckMs => {
        log.error('event loop stuck: the process kills itself', { stuckMs: Math.round(stuckMs) })
        log.flush()
        process.kill(process.pid, 'SIGKILL')
      },
    },
  ]

  setInterval(() => {
    const now = performance.now()
    const asleep = now - last > asleepMs
    last = now
    const count = Atomics.load(cells, 0)
    if (count !== beats || asleep) {
      beats = count
      since = now
      told = 0
      return
    }
    const stuckMs = now - since
    Atomics.store(cells, 1, Math.max(Atomics.load(cells, 1), stuckMs))
    const stage = stages[told]
    if (stage === undefined || stuckMs < stage.afterMs) return
    told++
    stage.act(stuckMs)
  }, lookMs)
}

// What the main thread gave it.
watch(workerData as WatchdogData)
