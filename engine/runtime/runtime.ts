import type { Invoked, InvokeOptions, LiveConnector, Revision } from '../compile/revision.ts'
import { SluiceError } from '../core/errors.ts'
import type { Inbound } from '../core/message.ts'
import type { Status, TickCount } from '../core/ports.ts'
import { Changes, type ChangesOptions } from './changes.ts'
import { DeadLetterDesk } from './dead-letter-desk.ts'
import { type Description, describe } from './describe.ts'
import { Gate } from './gate.ts'
import { Lives } from './lives.ts'
import type { Outcome } from './outcome.ts'
import { QueueDesk, type QueueRow } from './queue-desk.ts'
import { Queues } from './queues.ts'
import type { Schedules } from './schedules.ts'
import { Statuses } from './statuses.ts'

/** The runtime does not close the store. */
export interface RuntimeOptions extends ChangesOptions {
  readonly ticked?: ((count: TickCount) => void) | undefined
}

/** How the gateway is: what `/ready`, `/status` and the terminal show. */
export interface RuntimeStatus {
  readonly ready: boolean
  /** Why what runs is not what the folder says; undefined where it is. */
  readonly degraded: string | undefined
  readonly revision: number
  /** Over the text of the configuration: the same in every gateway that runs it. */
  readonly hash: string
  /** When the revision came to run, in milliseconds since the epoch; 0 where none does. */
  readonly since: number
  /** The newest first, twenty at most. */
  readonly outcomes: readonly Outcome[]
  readonly components: ReadonlyMap<string, Status>
  readonly inFlight: number
  /** Of the bodies of messages that are worked on. */
  readonly bytesInFlight: number
  /** Dead letters by pipeline, a few seconds old. */
  readonly deadLetters: ReadonlyMap<string, number>
  /** As of the last time that the store was asked. */
  readonly queues: readonly QueueRow[]
}

/** The running gateway: one current revision, which is changed as a whole. Its methods are all that the floors above know of the engine. */
export class Runtime {
  readonly #options: RuntimeOptions
  readonly #gate = new Gate()
  readonly #statuses: Statuses
  readonly #lives: Lives
  readonly #changes: Changes
  readonly #queues: Queues
  /** What operators see of the durable queues, and do to them. */
  readonly queues: QueueDesk
  /** What operators see of the dead letters, and do to them. */
  readonly deadLetters: DeadLetterDesk
  #stopping = false

  constructor(options: RuntimeOptions) {
    const { store, node, ticked, log, clock } = options
    const gate = this.#gate
    this.#options = options
    this.#statuses = new Statuses(log)
    store.watch(status => this.#statuses.set('store', status))
    this.#lives = new Lives({
      definition: (kind, type) => this.#changes.definitions(kind, type),
      gate,
      statuses: this.#statuses,
      store,
      node,
      ticked,
      log,
      clock,
    })
    this.#queues = new Queues({ store, node, clock, log, gate })
    this.#changes = new Changes(options, { gate, lives: this.#lives, statuses: this.#statuses, queues: this.#queues })
    this.queues = new QueueDesk({ store, clock, queues: this.#queues, gate })
    const woken = (pipeline: string): void => this.#queues.intake.wake(pipeline)
    this.deadLetters = new DeadLetterDesk({ letters: options.deadLetters, gate, woken, clock, log })
  }

  get revision(): Revision | undefined {
    return this.#gate.current
  }

  /** The started connectors, by name. */
  get connectors(): ReadonlyMap<string, LiveConnector> {
    return this.#lives.connectors
  }

  get schedules(): Schedules {
    return this.#lives.schedules
  }

  /** Reads the configuration and makes it the one that runs. One at a time; calls that come meanwhile share the next, which reads what is newest then. Never rejects. */
  reload(): Promise<Outcome> {
    return this.#changes.make()
  }

  /** Runs one pipeline with one message, as a channel would. Rejects with its SluiceError. */
  async invoke(pipeline: string, inbound: Inbound, options: InvokeOptions = {}): Promise<Invoked> {
    const found = this.#stopping ? undefined : this.#gate.current?.pipelines.get(pipeline)
    if (found === undefined) throw new SluiceError('NOT_FOUND', `there is no pipeline "${pipeline}"`)
    return await found.invoke(inbound, options)
  }

  status(): RuntimeStatus {
    const revision = this.#gate.current
    const { degraded, number, hash, since, outcomes } = this.#changes.standing
    return {
      ready: revision !== undefined && !this.#stopping && this.#requiredAreReady(revision),
      degraded,
      revision: number,
      hash,
      since,
      outcomes,
      components: this.#statuses.all(),
      deadLetters: this.deadLetters.counts(revision !== undefined && revision.consumers.size > 0),
      inFlight: this.#changes.draining + (revision?.inFlight ?? 0),
      bytesInFlight: this.#options.load.bytes.taken,
      queues: this.queues.known,
    }
  }

  /** What runs, without its secrets; undefined where nothing does. */
  describe(): Description | undefined {
    const model = this.#gate.current?.model
    return model === undefined ? undefined : describe(model, { definitions: this.#changes.definitions, registry: this.#options.registry })
  }

  /** Resolves when every run that was asked for at the start is over, or the time is up. */
  async settled(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, ms)
    })
    const runs = [...this.#lives.consumers.values()].map(consumer => consumer.settled)
    await Promise.race([Promise.allSettled(runs), late])
    clearTimeout(timer)
  }

  /** Resolves when the revisions before the current one have drained, and what only they used is stopped. */
  drained(): Promise<void> {
    return this.#changes.settled()
  }

  /**
   * Not ready, and after `leaveMs` takes no more; finishes what is there within the grace, or hands it back; lets go of everything. Idempotent.
   */
  async stop(graceMs: number, leaveMs = 0): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    await this.#changes.stop()
    await new Promise(resolve => setTimeout(resolve, leaveMs))
    const revision = this.#gate.current
    const until = performance.now() + graceMs
    const closing = [...this.#lives.consumers].map(([id, consumer]) =>
      this.#lives.closeConsumer(id, consumer, Math.max(0, graceMs - handBackMs)),
    )
    await Promise.all([this.#options.listeners.close(graceMs), this.#queues.stop(graceMs), ...closing])
    this.#gate.close()
    const left = new Promise(resolve => setTimeout(resolve, Math.max(0, until - performance.now())).unref())
    await Promise.race([Promise.all([revision?.drained(), this.#changes.settled()]), left])
    await Promise.all([...this.#lives.connectors.values()].map(live => this.#lives.stopConnector(live)))
    await Promise.race([this.#options.revisions?.settled(), new Promise(resolve => setTimeout(resolve, writeMs).unref())])
  }

  #requiredAreReady(revision: Revision): boolean {
    const required = [...revision.model.connectors.values()].filter(connector => connector.required)
    return required.every(connector => this.#statuses.get(connector.id)?.state === 'ready')
  }
}

/** Milliseconds of the grace that consumers have to give back what they could not finish. */
const handBackMs = 1_500

/** Milliseconds that the end of the process waits for what is written of revisions. */
const writeMs = 5_000
