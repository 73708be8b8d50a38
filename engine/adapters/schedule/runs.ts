import type { Handle, Host } from '../../core/component.ts'
import { asSluiceError, SluiceError } from '../../core/errors.ts'
import type { Body } from '../../core/message.ts'
import type { ClaimedTick } from '../../core/ticks.ts'
import type { Next } from '../../kit/next.ts'

export interface RunsOptions {
  readonly body: Body
  readonly next: Next
  readonly handle: Handle
  readonly host: Host
  /** Told how the channel is after a run: why it is degraded, or undefined. */
  readonly told: (trouble: string | undefined) => void
}

/** How long to wait where the end of a run could not be kept, in milliseconds. */
const keepPause = 1_000
/** After which another node may take what is handed back, in milliseconds. */
const handBackMs = 100

/** The runs that go on: each tick that was claimed is handed on, and ended as it went. */
export class Runs {
  readonly #options: RunsOptions
  readonly #running = new Set<Promise<number | undefined>>()
  readonly #cut = new AbortController()

  constructor(options: RunsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#running.size
  }

  /** Resolves when the run is over and its end is kept; to milliseconds where it is to be made again after them. Never rejects. */
  run(claimed: ClaimedTick): Promise<number | undefined> {
    const running = this.#run(claimed).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  /** Resolves when all are over; those that go on when `signal` aborts are given back. */
  async settled(signal: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#cut.abort(signal.reason)
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    await Promise.all(this.#running)
    signal.removeEventListener('abort', giveUp)
  }

  async #run(claimed: ClaimedTick): Promise<number | undefined> {
    const { body, handle } = this.#options
    const tick = new Date(claimed.tick).toISOString()
    const cut = new AbortController()
    const over = Promise.withResolvers<never>()
    const give = ({ reason }: AbortSignal): void => {
      cut.abort(reason)
      over.reject(new SluiceError('CANCELLED', `the run of ${tick} is given up`, { cause: reason }))
    }
    const unhook = [this.#cut.signal, claimed.lost].map(signal => whenAborted(signal, give))
    try {
      const inbound = {
        body: { value: body },
        headers: {},
        source: { tick },
        redelivered: claimed.attempt - 1,
        crashed: claimed.attempt - 1,
      }
      // Work that ignores its signal is not waited for.
      const reply = await Promise.race([handle(inbound, cut), over.promise])
      await this.#end(claimed, reply.buried)
      return undefined
    } catch (thrown) {
      return await this.#back(claimed, asSluiceError(thrown))
    } finally {
      for (const one of unhook) one()
    }
  }

  /** `code`: of its error. Tries until it is kept, the lease is lost, or there is no time any more: then the tick is run again. */
  async #end(claimed: ClaimedTick, code: string | undefined): Promise<void> {
    const { next, told } = this.#options
    const trouble = code === undefined ? undefined : `the run of ${new Date(claimed.tick).toISOString()} failed: ${code}`
    const ended = { outcome: code === undefined ? 'ran' : 'failed', code, following: next(claimed.tick) } as const
    while (!claimed.lost.aborted) {
      try {
        await claimed.done(ended)
        told(trouble)
        return
      } catch (thrown) {
        told(`the run of ${new Date(claimed.tick).toISOString()} cannot be kept: ${asSluiceError(thrown).reason}`)
        if (!(await this.#pause(keepPause))) return
      }
    }
  }

  /** Says the code and not the sentence, which may tell of the message. */
  async #back(claimed: ClaimedTick, { reason, detail }: SluiceError): Promise<number | undefined> {
    const { host, told } = this.#options
    told(`the run of ${new Date(claimed.tick).toISOString()} failed: ${reason}`)
    if (claimed.lost.aborted) return undefined
    const { delayMs = handBackMs } = detail
    await claimed.back(delayMs).catch(error => host.log.warn('schedule tick not given back', { tick: claimed.tick, error }))
    return delayMs
  }

  /** False where it was cut. */
  #pause(ms: number): Promise<boolean> {
    const { signal } = this.#cut
    if (signal.aborted) return Promise.resolve(false)
    return new Promise(resolve => {
      const unhook = whenAborted(signal, () => {
        clearTimeout(timer)
        resolve(false)
      })
      const timer = setTimeout(() => {
        unhook()
        resolve(true)
      }, ms)
    })
  }
}

/** Gives what takes the listener away again. */
function whenAborted(signal: AbortSignal, act: (signal: AbortSignal) => void): () => void {
  const listener = (): void => act(signal)
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
