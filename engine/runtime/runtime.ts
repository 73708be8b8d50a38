import { compile } from '../compile/compile.ts'
import type { Load } from '../compile/load.ts'
import type { Invoked, InvokeOptions, LiveConnector, Revision } from '../compile/revision.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { SluiceError } from '../core/errors.ts'
import { type Finding, isError } from '../core/finding.ts'
import type { Inbound } from '../core/message.ts'
import type { Model } from '../core/model.ts'
import type { AccessRecord, CallRecord, DeathRecord, Status, StepRecord, TickCount } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import type { DeadLetters } from '../durable/dead-letters.ts'
import type { Listeners } from '../net/listeners.ts'
import type { Registry } from '../registry/registry.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import { apply, Refused } from './apply.ts'
import { DeadLetterDesk } from './dead-letter-desk.ts'
import { type Definitions, during, loadDefinitions } from './definitions.ts'
import { type Description, describe } from './describe.ts'
import { Gate } from './gate.ts'
import { Lives } from './lives.ts'
import type { Outcome } from './outcome.ts'
import { QueueDesk, type QueueRow } from './queue-desk.ts'
import { feedsQueues } from './queue-fed.ts'
import { Queues } from './queues.ts'
import type { Schedules } from './schedules.ts'
import { Standing, type StandingOptions } from './standing.ts'
import { State } from './state.ts'
import { Statuses } from './statuses.ts'

export interface RuntimeOptions extends StandingOptions {
  /** Reads the configuration as it is now, or as it was kept. Never rejects: what is wrong with it is a finding. */
  readonly read: (kept?: Snapshot) => Promise<Read>
  readonly registry: Registry
  /** The compiled schemas of the registry's documents, kept from one change to the next. */
  readonly schemas: (documents: Registry['documents']) => BuiltInSchemas
  readonly listeners: Listeners
  /** What survives a crash. The runtime does not close it. */
  readonly store: Store
  readonly deadLetters: DeadLetters
  /** What is worked on in this process, and how much may be. */
  readonly load: Load
  /** This process, unique in the cluster. */
  readonly node: string
  readonly access: (record: AccessRecord) => void
  readonly called?: ((record: CallRecord) => void) | undefined
  readonly died?: ((record: DeathRecord) => void) | undefined
  readonly stepped?: ((record: StepRecord) => void) | undefined
  readonly ticked?: ((count: TickCount) => void) | undefined
}

/** A configuration as it was read. */
export interface Read {
  /** Absent where any finding is an error. */
  readonly model: Model | undefined
  readonly findings: readonly Finding[]
  readonly snapshot: Snapshot
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

/** The running gateway: one current revision, and the way from one to the next. Its methods are all that the floors above know of the engine. */
export class Runtime {
  readonly #options: RuntimeOptions
  readonly #gate = new Gate()
  readonly #state = new State()
  readonly #statuses: Statuses
  readonly #lives: Lives
  #definitions: Definitions = () => {
    throw new SluiceError('INTERNAL', 'nothing is loaded yet')
  }
  readonly #standing: Standing
  /** Of what runs, secrets and plugins included. */
  #identity = ''
  /** What operators see of the durable queues, and do to them. */
  readonly queues: QueueDesk
  readonly #queues: Queues
  /** What operators see of the dead letters, and do to them. */
  readonly deadLetters: DeadLetterDesk
  readonly #draining = new Set<Revision>()
  #applying: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Outcome> | undefined
  #settling: Promise<unknown> = Promise.resolve()
  #stopping = false

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.#standing = new Standing(options)
    this.#statuses = new Statuses(options.log)
    options.store.watch(status => this.#statuses.set('store', status))
    this.#lives = new Lives({
      definition: (kind, type) => this.#definitions(kind, type),
      gate: this.#gate,
      statuses: this.#statuses,
      store: options.store,
      node: options.node,
      ticked: options.ticked,
      log: options.log,
      clock: options.clock,
    })
    const { store, node, clock, log } = options
    this.#queues = new Queues({ store, node, clock, log, gate: this.#gate })
    this.queues = new QueueDesk({ store, clock, queues: this.#queues, gate: this.#gate })
    const woken = (pipeline: string): void => this.#queues.intake.wake(pipeline)
    this.deadLetters = new DeadLetterDesk({ letters: options.deadLetters, gate: this.#gate, woken, clock, log })
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
    if (this.#waiting !== undefined) return this.#waiting
    const turn = this.#applying.then(() => {
      this.#waiting = undefined
      const started = performance.now()
      return this.#reload(started).catch(error => this.#failed([fault('reading the configuration', error)], started))
    })
    this.#waiting = turn
    this.#applying = turn
    return turn
  }

  /** Runs one pipeline with one message, as a channel would. Rejects with its SluiceError. */
  async invoke(pipeline: string, inbound: Inbound, options: InvokeOptions = {}): Promise<Invoked> {
    const found = this.#stopping ? undefined : this.#gate.current?.pipelines.get(pipeline)
    if (found === undefined) throw new SluiceError('NOT_FOUND', `there is no pipeline "${pipeline}"`)
    return await found.invoke(inbound, options)
  }

  status(): RuntimeStatus {
    const revision = this.#gate.current
    return {
      ready: revision !== undefined && !this.#stopping && this.#requiredAreReady(revision),
      degraded: this.#standing.degraded,
      revision: this.#standing.number,
      hash: this.#standing.hash,
      since: this.#standing.since,
      outcomes: this.#standing.outcomes,
      components: this.#statuses.all(),
      deadLetters: this.deadLetters.counts(revision !== undefined && revision.consumers.size > 0),
      inFlight: [...this.#draining].reduce((sum, one) => sum + one.inFlight, revision?.inFlight ?? 0),
      bytesInFlight: this.#options.load.bytes.taken,
      queues: this.queues.known,
    }
  }

  /** What runs, without its secrets; undefined where nothing does. */
  describe(): Description | undefined {
    const model = this.#gate.current?.model
    return model === undefined ? undefined : describe(model, { definitions: this.#definitions, registry: this.#options.registry })
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
  async drained(): Promise<void> {
    await this.#settling
  }

  /**
   * Not ready, and after `leaveMs` takes no more; finishes what is there within the grace, or hands it back; lets go of everything. Idempotent.
   */
  async stop(graceMs: number, leaveMs = 0): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    await this.#applying
    await new Promise(resolve => setTimeout(resolve, leaveMs))
    const revision = this.#gate.current
    const until = performance.now() + graceMs
    const closing = [...this.#lives.consumers].map(([id, consumer]) =>
      this.#lives.closeConsumer(id, consumer, Math.max(0, graceMs - handBackMs)),
    )
    await Promise.all([this.#options.listeners.close(graceMs), this.#queues.stop(graceMs), ...closing])
    this.#gate.close()
    const left = new Promise(resolve => setTimeout(resolve, Math.max(0, until - performance.now())).unref())
    await Promise.race([Promise.all([revision?.drained(), this.#settling]), left])
    await Promise.all([...this.#lives.connectors.values()].map(live => this.#lives.stopConnector(live)))
    await Promise.race([this.#options.revisions?.settled(), new Promise(resolve => setTimeout(resolve, writeMs).unref())])
  }

  async #reload(started: number): Promise<Outcome> {
    if (this.#stopping) return this.#standing.tell('unchanged', [], started)
    await this.#options.registry.refresh()
    const read = await this.#options.read()
    const identity = this.#identityOf(read)
    if (identity !== undefined && identity === this.#identity) {
      this.#standing.degraded = undefined
      return this.#standing.tell('unchanged', read.findings, started)
    }
    const findings = await this.#try(read)
    if (findings !== undefined) {
      if (this.#gate.current === undefined) await this.#restore(read.snapshot)
      else this.#standing.refuse()
      return this.#failed(findings, started)
    }
    this.#standing.commit(read)
    return this.#standing.tell('applied', read.findings, started)
  }

  #failed(findings: readonly Finding[], started: number): Outcome {
    return this.#standing.tell(this.#gate.current === undefined ? 'broken' : 'refused', findings, started)
  }

  #identityOf({ model, findings }: Read): string | undefined {
    return model === undefined || findings.some(isError) ? undefined : `${model.hash}/${this.#options.registry.version}`
  }

  /** Undefined where it runs now, else all that stood against it. */
  async #try(read: Read): Promise<readonly Finding[] | undefined> {
    const identity = this.#identityOf(read)
    if (read.model === undefined || identity === undefined) return read.findings
    try {
      await this.#apply(read.model)
      this.#identity = identity
      return undefined
    } catch (error) {
      if (!(error instanceof Refused)) this.#options.log.error('apply', { error })
      return [...read.findings, error instanceof Refused ? error.finding : fault('applying the configuration', error)]
    }
  }

  /** Nothing runs, and the folder is broken: what ran last from it, before this process, is better than nothing. */
  async #restore({ folders }: Snapshot): Promise<void> {
    const kept = await this.#options.revisions?.lastGood(folders, this.#options.log)
    if (kept === undefined) return
    const findings = await this.#try(await this.#options.read(kept.snapshot))
    if (findings !== undefined) {
      this.#options.log.error('last good', { revision: kept.number, findings: findings.length, reason: findings.find(isError)?.message })
      return
    }
    this.#standing.restore(kept)
  }

  async #apply(model: Model): Promise<void> {
    const { registry, listeners, store, deadLetters, load, node, access, called, died, stepped, log, clock } = this.#options
    const definitions = await loadDefinitions(model, registry)
    const before = this.#definitions
    this.#definitions = during(definitions, before)
    const old = this.#gate.current
    this.#state.mark()
    try {
      const applied = await apply(model, {
        lives: this.#lives,
        gate: this.#gate,
        listeners,
        definition: this.#definitions,
        compile: (next, connectors) =>
          compile({
            model: next,
            connectors,
            definitions,
            schemas: this.#options.schemas(registry.documents),
            state: this.#state,
            intake: this.#queues.intake,
            store,
            deadLetters,
            load,
            node,
            access,
            called,
            died,
            stepped,
            log,
            clock,
          }),
      })
      this.#definitions = definitions
      this.#state.sweep()
      this.#statuses.retain(
        new Set([
          'store',
          ...[...model.connectors.values(), ...[...model.pipelines.values()].flatMap(pipeline => pipeline.channels)].map(one => one.id),
        ]),
      )
      this.#queues.follow(feedsQueues(model, type => definitions('channel', type).kind === 'consuming'))
      this.#settle(old, applied.settle)
    } catch (error) {
      this.#definitions = before
      throw error
    }
  }

  #settle(old: Revision | undefined, work: () => Promise<void>): void {
    if (old !== undefined) this.#draining.add(old)
    const settled = work()
      .catch(error => this.#options.log.error('settle', { error }))
      .finally(() => old !== undefined && this.#draining.delete(old))
    this.#settling = Promise.all([this.#settling, settled]).then(() => undefined)
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

/** A fault of the gateway itself, which has no place in a file. */
const fault = (doing: string, error: unknown): Finding => new Refused({ file: '', line: 1, column: 1, pointer: '' }, doing, error).finding
