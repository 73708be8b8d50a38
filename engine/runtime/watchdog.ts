import { Worker } from 'node:worker_threads'
import type { LogOptions } from '../observe/log.ts'

/** For how long the main thread may be stuck, in milliseconds, until something is done. */
export interface StuckLimits {
  /** Is said in the log, with the function and its line. */
  readonly toldMs: number
  /** The process is not to be trusted: should the thread come back, it ends. */
  readonly brokenMs: number
  /** The process is killed. */
  readonly killedMs: number
}

export interface WatchdogData {
  /** How often the main thread went round; and, written by the watchdog, for how many milliseconds it was stuck at most. */
  readonly cells: Int32Array
  readonly log: Pick<LogOptions, 'level' | 'format'>
  readonly limits: StuckLimits
}

const limits: StuckLimits = { toldMs: 1_000, brokenMs: 5_000, killedMs: 15_000 }
/** Between two signs of life of the main thread, in milliseconds. */
const beatMs = 250

/**
 * A thread that watches whether the main one goes round: it can speak and act while the other cannot. Resolves where the main thread came back after
 * five seconds: what was waiting for it timed out long ago, and what made it stuck may come again. Keeps no process alive.
 */
export function watchMainThread(log: WatchdogData['log']): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cells = new Int32Array(new SharedArrayBuffer(8))
  const beat = setInterval(() => {
    Atomics.add(cells, 0, 1)
    if (Atomics.load(cells, 1) < limits.brokenMs) return
    clearInterval(beat)
    resolve()
  }, beatMs)
  beat.unref()
  const workerData: WatchdogData = { cells, log, limits }
  const worker = new Worker(new URL(`./watchdog-worker${extension}`, import.meta.url), {
    workerData,
    name: 'watchdog',
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
  })
  // A gateway without a watchdog is better than none.
  worker.on('error', () => clearInterval(beat))
  worker.unref()
  return promise
}

/** Whether somebody looks into this process with a debugger, where a stuck thread is what is wanted. */
export const isDebugged = ({ execArgv, env }: Pick<NodeJS.Process, 'execArgv' | 'env'>): boolean =>
  /--inspect/.test([...execArgv, env['NODE_OPTIONS']].join(' '))

/** `.ts` from the sources, `.js` from the package. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
