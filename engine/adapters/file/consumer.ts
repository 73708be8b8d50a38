import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import type { Consumer, Handle, Host } from '../../core/component.ts'
import type { FileChannel } from '../../core/config.gen.ts'
import { asSluiceError } from '../../core/errors.ts'
import { inTime } from '../../kit/in-time.ts'
import type { Next } from '../../kit/next.ts'
import { Poll } from '../../kit/poll.ts'
import { type Claimed, Claims } from './claims.ts'
import { readInbound } from './inbound.ts'
import { codeOf, look, type Seen } from './look.ts'
import { compilePatterns, isDeep, type Matches } from './pattern.ts'
import { putAway } from './put-away.ts'
import { Still } from './still.ts'

export interface FileConsumerOptions {
  readonly config: FileChannel
  readonly next: Next
  readonly handle: Handle
  readonly host: Host
}

/** Between two signs of life, and two looks after claims of others, in milliseconds. */
const tendMs = 30_000
/** A network file system may hang: how long a start waits for it, in milliseconds. */
const patienceMs = 2_000
/** After what could not be done or was not taken, where nobody says for how long, in milliseconds. */
const restMs = 5_000
/** How long work that was cut may take to give back what it had, in milliseconds. */
const cutMs = 1_000
/** No message lasts so long, in milliseconds. */
const everMs = 2 ** 31 - 1
const never = new AbortController().signal

/** Looks for files that stand still, claims them in the order of their names, hands them on, and puts them away. */
export class FileConsumer implements Consumer {
  readonly #options: FileConsumerOptions
  readonly #matches: Matches
  readonly #poll: Poll
  readonly #still: Still
  readonly #claims = new Claims()
  readonly #cut = new AbortController()
  readonly #closed = Promise.withResolvers<void>()
  /** What may be taken, as of the last look, how many of it were, and whether there is more to look at. */
  #ready: readonly Seen[] = []
  #taken = 0
  #more = false
  readonly #working = new Map<string, Promise<void>>()
  #resting: NodeJS.Timeout | undefined
  #tending: NodeJS.Timeout | undefined
  #tends = false
  /** What went wrong since something went well. */
  #fault: string | undefined
  #closing: Promise<void> | undefined

  constructor(options: FileConsumerOptions) {
    const { config, next, host } = options
    this.#options = options
    this.#matches = compilePatterns(config.match)
    this.#still = new Still(config.settle)
    this.#poll = new Poll({ next, clock: host.clock, look: () => this.#look() })
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await inTime(this.#root(), signal, patienceMs)
  }

  open(): void {
    if (this.#closing !== undefined) return
    this.#poll.start()
    // Where the times of day do not matter, what came while nobody looked has waited long enough.
    if (this.#options.config.cron === undefined) this.#poll.within(0)
    this.#tending = setInterval(() => void this.#tend(), tendMs)
    void this.#tend()
  }

  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal)
    return this.#closing
  }

  async #close(signal: AbortSignal): Promise<void> {
    this.#poll.stop()
    clearInterval(this.#tending)
    clearTimeout(this.#resting)
    this.#offer([])
    this.#closed.resolve()
    const all = Promise.all(this.#working.values())
    if (!(await inTime(all, signal, everMs))) {
      this.#cut.abort(signal.reason)
      await inTime(all, never, cutMs)
    }
    await this.#claims.close()
  }

  /** Its real path; undefined while it is not there. */
  async #root(): Promise<string | undefined> {
    const { config, host } = this.#options
    try {
      return await realpath(`${config.folder}${sep}.`)
    } catch (error) {
      host.status({ state: 'connecting', reason: `opening the folder ${config.folder}: ${codeOf(error)}` })
      return undefined
    }
  }

  async #look(): Promise<number | undefined> {
    const root = await this.#root()
    if (root === undefined || this.#closing !== undefined) return undefined
    if (this.#taken < this.#ready.length) {
      // Looked again when those are taken.
      this.#more = true
      return undefined
    }
    const { config } = this.#options
    try {
      const besides = new Set([resolve(root, config.done), resolve(root, config.failed)])
      const { files, more, trouble } = await look(root, { matches: this.#matches, deep: isDeep(config.match), besides })
      const { ready, again } = this.#still.look(files, performance.now())
      this.#more = more
      if (this.#resting === undefined) {
        this.#offer(ready)
        if (files.length === 0 && this.#working.size === 0) this.#fault = undefined
      }
      this.#say(trouble[0])
      this.#fill(root)
      return again
    } catch (error) {
      this.#say(`looking into ${config.folder}: ${codeOf(error)}`)
      return undefined
    }
  }

  #say(trouble: string | undefined): void {
    const reason = this.#fault ?? trouble
    this.#options.host.status(reason === undefined ? { state: 'ready' } : { state: 'degraded', reason })
  }

  #offer(ready: readonly Seen[]): void {
    this.#ready = ready
    this.#taken = 0
  }

  #fill(root: string): void {
    if (this.#closing !== undefined) return
    while (this.#working.size < this.#options.config.prefetch) {
      const seen = this.#ready[this.#taken++]
      if (seen === undefined) {
        if (this.#more && this.#resting === undefined) this.#poll.within(0)
        this.#more = false
        return
      }
      if (!this.#working.has(seen.path)) this.#working.set(seen.path, this.#work(root, seen))
    }
  }

  /** Never rejects. */
  async #work(root: string, seen: Seen): Promise<void> {
    try {
      const claimed = await this.#claims.take(root, seen)
      if (claimed !== undefined) await this.#deliver(root, claimed)
    } catch (error) {
      this.#rest(restMs, `taking ${seen.path}: ${codeOf(error)}`)
    }
    this.#working.delete(seen.path)
    this.#fill(root)
  }

  async #deliver(root: string, claimed: Claimed): Promise<void> {
    const { config, handle, host } = this.#options
    const { path, size } = claimed
    const inbound = size > config.maxSize ? undefined : await readInbound(claimed)
    if (inbound === undefined) {
      host.log.warn('file not read', { path, size, maxSize: config.maxSize })
      await this.#putAway(root, claimed, config.failed)
      return
    }
    let status: number
    try {
      ;({ status } = await handle(inbound, this.#cut))
    } catch (thrown) {
      const { reason, detail } = asSluiceError(thrown)
      await this.#giveBack(root, claimed)
      this.#rest(detail.delayMs ?? restMs, `${path} was not taken: ${reason}`)
      return
    }
    this.#fault = undefined
    if (!(await this.#claims.isWhole(claimed))) {
      host.log.warn('file changed while it was worked on', { path })
      await this.#giveBack(root, claimed)
      return
    }
    const done = config.after === 'delete' ? undefined : config.done
    await this.#putAway(root, claimed, status < 400 ? done : config.failed)
  }

  async #giveBack(root: string, claimed: Claimed): Promise<void> {
    if (await this.#claims.giveBack(root, claimed)) this.#still.remember(claimed)
  }

  async #putAway(root: string, claimed: Claimed, folder: string | undefined): Promise<void> {
    const fault = (reason: string): void => {
      this.#fault = reason
      this.#say(undefined)
    }
    const { host } = this.#options
    await putAway(claimed, { root, folder, claims: this.#claims, host, closed: this.#closed.promise, fault })
  }

  /** Takes nothing for a while. */
  #rest(ms: number, fault: string): void {
    if (this.#closing !== undefined) return
    this.#fault = fault
    this.#say(undefined)
    this.#offer([])
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => {
      this.#resting = undefined
      this.#poll.within(0)
    }, ms)
  }

  /** Never rejects. */
  async #tend(): Promise<void> {
    if (this.#tends) return
    this.#tends = true
    try {
      const root = await this.#root()
      if (root === undefined) return
      await this.#claims.beat()
      const { returned, trouble } = await this.#claims.sweep(root)
      if (returned > 0) this.#options.host.log.warn('claimed files given back', { files: returned })
      if (returned > 0) this.#poll.within(0)
      if (trouble[0] !== undefined) this.#say(trouble[0])
    } catch (error) {
      this.#say(`tending claims in ${this.#options.config.folder}: ${codeOf(error)}`)
    } finally {
      this.#tends = false
    }
  }
}
