import { Worker } from 'node:worker_threads'
import type { Clock, Status } from '../../core/ports.ts'
import { makeBatch, type Pending, takeBatch, unanswered } from './pending.ts'
import type { Answer, Break, Fault, Said, WorkerData } from './protocol.ts'

export interface LinkOptions extends WorkerData {
  readonly clock: Clock
  readonly told: (status: Status) => void
  /** Milliseconds that a call may take; 10,000 by default. */
  readonly timeoutMs?: number | undefined
}

/** What may wait for the worker; beyond it calls are refused. */
const [mostWaiting, mostWaitingBytes] = [20_000, 128 * 1024 * 1024]
/** Batches that the worker has: one that it runs, one that is there when it is ready. */
const mostSent = 2
/** Milliseconds until the worker is started again: full jitter up to twice as long each time. */
const [firstDelayMs, mostDelayMs] = [100, 5000]
/** Milliseconds that the worker has for closing the file. */
const closeMs = 5000

/**
 * The worker of a SQLite store and what it is asked: started with the first call, started again when it ended. What is asked in one turn of the event
 * loop travels in one message. While the file cannot be used every call is refused at once.
 */
export class Link {
  readonly #options: LinkOptions
  readonly #waiting: Pending[] = []
  readonly #sent: (readonly Pending[])[] = []
  #waitingBytes = 0
  #unsettled = 0
  #worker: Worker | undefined
  #isOpen = false
  /** Why nothing can be asked now. */
  #fault: Fault | undefined
  #attempts = 0
  #status: Status | undefined
  #flush: NodeJS.Immediate | undefined
  #watch: NodeJS.Timeout | undefined
  #restart: NodeJS.Timeout | undefined
  #settled: (() => void) | undefined

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** Resolves with what became of it. Never rejects. */
  ask(call: Pick<Pending, 'request' | 'bodies' | 'bytes'>): Promise<Answer> {
    if (this.#fault !== undefined) return Promise.resolve({ fault: this.#fault })
    const isMuch = this.#waiting.length > 0 && this.#waitingBytes + call.bytes > mostWaitingBytes
    if (isMuch || this.#waiting.length === mostWaiting)
      return Promise.resolve({ fault: { reason: `${this.#waiting.length} calls wait for the disk already`, retry: 'safe' } })
    return new Promise(resolve => {
      this.#begin()
      this.#waitingBytes += call.bytes
      const settle = (answer: Answer): void => {
        this.#end()
        resolve(answer)
      }
      this.#waiting.push({ ...call, since: performance.now(), settle: once(settle) })
    })
  }

  /** Waits for what was asked, within its time; then the file is closed. */
  async close(): Promise<void> {
    if (this.#unsettled > 0) await new Promise<void>(resolve => (this.#settled = resolve))
    clearTimeout(this.#restart)
    this.#fault = { reason: 'it is closed', retry: 'safe' }
    const worker = this.#worker
    this.#worker = undefined
    if (worker === undefined) return
    worker.ref()
    const exited = new Promise(resolve => worker.once('exit', resolve))
    worker.postMessage('close')
    let timer: NodeJS.Timeout | undefined
    await Promise.race([exited, new Promise(resolve => (timer = setTimeout(resolve, closeMs)))])
    clearTimeout(timer)
    await worker.terminate()
  }

  #begin(): void {
    if (this.#unsettled++ === 0) {
      this.#watch = setInterval(() => this.#expire(), 1000).unref()
      this.#worker?.ref()
    }
    if (this.#worker === undefined) this.#start()
    this.#flush ??= setImmediate(() => this.#send())
  }

  #end(): void {
    if (--this.#unsettled > 0) return
    clearInterval(this.#watch)
    this.#worker?.unref()
    this.#settled?.()
  }

  #send(): void {
    this.#flush = undefined
    while (this.#isOpen && this.#waiting.length > 0 && this.#sent.length < mostSent) {
      const taken = takeBatch(this.#waiting)
      for (const { bytes } of taken) this.#waitingBytes -= bytes
      const batch = makeBatch(taken, this.#options.clock.now())
      this.#sent.push(taken)
      this.#worker?.postMessage(batch, [batch.bodies])
    }
  }

  #start(): void {
    const { file, holder } = this.#options
    this.#tell({ state: this.#attempts === 0 ? 'connecting' : 'degraded', reason: this.#fault?.reason })
    const worker = new Worker(new URL(`./worker${extension}`, import.meta.url), {
      name: 'store',
      workerData: { file, holder } satisfies WorkerData,
      // node:sqlite is an experiment in the first releases of Node 24. Nothing of the process's own flags belongs here.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#worker = worker
    let reason = 'its thread ended'
    const here = (event: () => void): void => {
      if (this.#worker === worker) event()
    }
    worker.on('message', (said: Said) => here(() => this.#hear(said)))
    worker.once('error', error => (reason = `its thread failed: ${error instanceof Error ? error.message : String(error)}`))
    worker.once('exit', () => here(() => this.#lose({ fault: { reason, retry: 'safe' }, lasting: false }, unanswered)))
    if (this.#unsettled === 0) worker.unref()
  }

  #hear(said: Said): void {
    if (said.say === 'answers') this.#settle(said.answers)
    const broken = said.say === 'open' ? undefined : said.broken
    if (broken !== undefined) {
      // What it was sent since lies unread.
      this.#lose(broken, (_, reason) => ({ fault: { reason, retry: 'safe' } }))
      return
    }
    this.#isOpen = true
    this.#fault = undefined
    this.#tell({ state: 'ready' })
    this.#send()
  }

  #settle(answers: readonly Answer[]): void {
    const taken = this.#sent.shift() ?? []
    for (const [index, answer] of answers.entries()) taken[index]?.settle(answer)
    if (answers.some(answer => 'value' in answer)) this.#attempts = 0
  }

  /** The worker is gone, or is about to go. */
  #lose({ fault, lasting }: Break, sent: (pending: Pending, reason: string) => Answer): void {
    this.#worker = undefined
    this.#isOpen = false
    this.#fault = { reason: fault.reason, retry: 'safe' }
    this.#tell({ state: lasting ? 'failed' : 'degraded', reason: fault.reason })
    for (const pending of this.#sent.splice(0).flat()) pending.settle(sent(pending, fault.reason))
    for (const pending of this.#waiting.splice(0)) pending.settle({ fault: this.#fault })
    this.#waitingBytes = 0
    if (lasting) return
    const longest = Math.min(mostDelayMs, firstDelayMs * 2 ** this.#attempts++)
    this.#restart = setTimeout(() => this.#start(), Math.ceil(Math.random() * longest)).unref()
  }

  #tell(status: Status): void {
    if (this.#status?.state === status.state && this.#status.reason === status.reason) return
    this.#status = status
    this.#options.told(status)
  }

  /** Answers for the worker where it is silent for too long; what it answers then is heard by nobody. */
  #expire(): void {
    const { timeoutMs = 10_000 } = this.#options
    const before = performance.now() - timeoutMs
    const reason = `no answer in ${timeoutMs} ms`
    const late = [...this.#sent.flat(), ...this.#waiting].filter(({ since }) => since <= before)
    if (late.length === 0) return
    this.#tell({ state: 'degraded', reason })
    const sent = new Set(this.#sent.flat())
    for (const pending of late) pending.settle(sent.has(pending) ? unanswered(pending, reason) : { fault: { reason, retry: 'safe' } })
    const kept = this.#waiting.filter(({ since }) => since > before)
    this.#waiting.splice(0, this.#waiting.length, ...kept)
    this.#waitingBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0)
  }
}

/** `.ts` in a checkout, `.js` in the published package. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

function once(settle: (answer: Answer) => void): (answer: Answer) => void {
  let settled = false
  return answer => {
    if (settled) return
    settled = true
    settle(answer)
  }
}
