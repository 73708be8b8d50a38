import { SluiceError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { markOutcome } from '../durable/message-state.ts'
import { listPauses, pause, resume } from '../durable/pauses.ts'
import { getQueued, listQueued, measureQueues, type Queued, removeQueued } from '../durable/queue.ts'
import type { StoredMessage } from '../durable/stored-message.ts'
import type { Gate } from './gate.ts'
import type { Queues } from './queues.ts'

/** The queue of one pipeline. */
export interface QueueRow {
  readonly pipeline: string
  /** Those that run included. */
  readonly messages: number
  /** Bodies and heads. */
  readonly bytes: number
  /** In this process, just now. */
  readonly running: number
  /** When the oldest message first came in, in milliseconds since the epoch. */
  readonly oldest: number | undefined
  /** Since when it is paused, in milliseconds since the epoch. */
  readonly paused: number | undefined
  /** Its pipeline is not there: the messages stay, and run when it is back. */
  readonly parked: boolean
}

/** A message on a queue. `waiting`: it is to be run again, and not before `due`. */
export interface MessageRow extends Queued {
  readonly state: 'queued' | 'waiting' | 'running' | 'paused' | 'parked'
}

export interface QueueDeskOptions {
  readonly store: Store
  readonly clock: Clock
  readonly queues: Queues
  readonly gate: Gate
}

/** Messages that one call of `purge` takes at most, and one commit. */
const purgeMost = 10_000
const purgeBatch = 100
/** Queues whose oldest message is asked for. */
const oldestMost = 100

/** What operators see of the queues, and do to them. Everything rejects with STORE where the store says nothing. */
export class QueueDesk {
  readonly #options: QueueDeskOptions
  #known: readonly QueueRow[] = []

  constructor(options: QueueDeskOptions) {
    this.#options = options
  }

  /** As of the last time that somebody asked: for numbers that are read at once. */
  get known(): readonly QueueRow[] {
    return this.#known
  }

  /** Asks again, where there is anything to ask for; within `ms`. Never rejects: what is known stays. */
  async look(ms: number): Promise<void> {
    if (!this.#options.queues.isOpen) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([this.list().catch(() => undefined), late])
    clearTimeout(timer)
  }

  /** Every queue that has messages, or is paused. */
  async list(): Promise<readonly QueueRow[]> {
    const { store, queues } = this.#options
    const [measures, paused] = await Promise.all([measureQueues(store), listPauses(store)])
    const empty = [...paused.keys()].filter(name => !measures.some(({ group }) => group === name))
    const all = [...measures, ...empty.map(group => ({ group, count: 0, bytes: 0 }))]
    const rows = all.map(async ({ group: pipeline, count: messages, bytes }, at): Promise<QueueRow> => {
      const oldest = messages === 0 || at >= oldestMost ? undefined : await this.#oldest(pipeline)
      return {
        pipeline,
        messages,
        bytes,
        running: queues.running(pipeline),
        oldest,
        paused: paused.get(pipeline),
        parked: this.#isParked(pipeline),
      }
    })
    this.#known = (await Promise.all(rows)).sort((a, b) => (a.pipeline < b.pipeline ? -1 : 1))
    return this.#known
  }

  /** The messages of one queue in their order; `last` is where to go on. */
  async messages(
    pipeline: string,
    after: number | undefined,
    limit: number,
  ): Promise<{ readonly messages: readonly MessageRow[]; readonly last: number | undefined }> {
    const { store } = this.#options
    const [{ messages, last }, paused] = await Promise.all([listQueued(store, pipeline, { after, limit }), listPauses(store)])
    return { messages: messages.map(message => ({ ...message, state: this.#stateOf(message, paused) })), last }
  }

  /** One message with its body. Rejects with NOT_FOUND. */
  async show(id: string): Promise<MessageRow & { readonly message: StoredMessage; readonly attempts: number }> {
    const { store } = this.#options
    const [found, paused] = await Promise.all([getQueued(store, id), listPauses(store)])
    if (found === undefined) throw new SluiceError('NOT_FOUND', `there is no message "${id}" on a queue`)
    return { ...found, state: this.#stateOf(found, paused) }
  }

  /** Its messages are kept, and none is begun, here at once and on other nodes within seconds, until it is resumed. */
  async pause(pipeline: string): Promise<void> {
    await this.#mustBe(pipeline)
    await pause(this.#options.store, pipeline, this.#options.clock)
    await this.#options.queues.refresh()
  }

  async resume(pipeline: string): Promise<void> {
    await resume(this.#options.store, pipeline)
    await this.#options.queues.refresh()
  }

  /** Takes the messages away that nobody works on, so many at a time: `left` are there still. Those that run are finished. */
  async purge(pipeline: string): Promise<{ readonly purged: number; readonly left: number }> {
    const { store } = this.#options
    let purged = 0
    let after: number | undefined
    while (purged < purgeMost) {
      const { messages, last } = await listQueued(store, pipeline, { after, limit: purgeBatch })
      if (messages.length === 0) break
      after = last
      purged += await this.#drop(messages.filter(message => !this.#isRunning(message)))
    }
    const [measure] = await measureQueues(store, pipeline)
    return { purged, left: measure?.count ?? 0 }
  }

  /** All in one commit; where one of them is claimed in between, each by itself. */
  async #drop(messages: readonly Queued[]): Promise<number> {
    const { store, clock, queues } = this.#options
    if (messages.length === 0) return 0
    const changes = messages.flatMap(message => [removeQueued(message), markOutcome(message.id, 'dropped', clock.now())])
    if ((await store.commit(changes)) === undefined) {
      for (const { pipeline, size } of messages) queues.intake.left(pipeline, size)
      return messages.length
    }
    if (messages.length === 1) return 0
    let dropped = 0
    for (const message of messages) dropped += await this.#drop([message])
    return dropped
  }

  async #mustBe(pipeline: string): Promise<void> {
    if (!this.#isParked(pipeline)) return
    const [measure] = await measureQueues(this.#options.store, pipeline)
    if (measure === undefined) throw new SluiceError('NOT_FOUND', `there is no pipeline "${pipeline}"`)
  }

  async #oldest(pipeline: string): Promise<number | undefined> {
    const { messages } = await listQueued(this.#options.store, pipeline, { limit: 1 })
    return messages[0]?.head.message.receivedAt
  }

  #stateOf(message: Queued, paused: ReadonlyMap<string, number>): MessageRow['state'] {
    if (this.#isRunning(message)) return 'running'
    if (this.#isParked(message.pipeline)) return 'parked'
    if (paused.has(message.pipeline)) return 'paused'
    return message.due > this.#options.clock.now() ? 'waiting' : 'queued'
  }

  #isRunning({ leasedUntil }: Queued): boolean {
    return leasedUntil !== undefined && leasedUntil > this.#options.clock.now()
  }

  #isParked(pipeline: string): boolean {
    return this.#options.gate.current?.model.pipelines.has(pipeline) !== true
  }
}
