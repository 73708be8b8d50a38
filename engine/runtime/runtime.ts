import { compile } from '../compile/compile.ts'
import type { Invoked, InvokeOptions, LiveConnector, Revision } from '../compile/revision.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { SluiceError } from '../core/errors.ts'
import { type Finding, isError } from '../core/finding.ts'
import type { Inbound } from '../core/message.ts'
import type { Model } from '../core/model.ts'
import type { AccessRecord, CallRecord, Status } from '../core/ports.ts'
import type { Listeners } from '../net/listeners.ts'
import type { Registry } from '../registry/registry.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import { apply, Refused } from './apply.ts'
import { Claims } from './claims.ts'
import { type Definitions, loadDefinitions } from './definitions.ts'
import { type Description, describe } from './describe.ts'
import { Gate } from './gate.ts'
import { Lives } from './lives.ts'
import type { Outcome } from './outcome.ts'
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
  readonly access: (record: AccessRecord) => void
  readonly called?: ((record: CallRecord) => void) | undefined
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
  readonly #draining = new Set<Revision>()
  #applying: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Outcome> | undefined
  #settling: Promise<unknown> = Promise.resolve()
  #stopping = false

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.#standing = new Standing(options)
    this.#statuses = new Statuses(options.log)
    this.#lives = new Lives({
      definition: (kind, type) => this.#definitions(kind, type),
      gate: this.#gate,
      statuses: this.#statuses,
      claims: new Claims(),
      log: options.log,
      clock: options.clock,
    })
  }

  get revision(): Revision | undefined {
    return this.#gate.current
  }

  /** The started connectors, by name. */
  get connectors(): ReadonlyMap<string, LiveConnector> {
    return this.#lives.connectors
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
      inFlight: [...this.#draining].reduce((sum, one) => sum + one.inFlight, revision?.inFlight ?? 0),
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

  /** Not ready, take no more, finish what is there within the grace, let go of everything. Idempotent. */
  async stop(graceMs: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    await this.#applying
    const revision = this.#gate.current
    const until = performance.now() + graceMs
    const closing = [...this.#lives.consumers].map(([id, consumer]) => this.#lives.closeConsumer(id, consumer, graceMs))
    await Promise.all([this.#options.listeners.close(graceMs), ...closing])
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
    const kept = await this.#options.revisions?.lastGood(folders)
    if (kept === undefined) return
    const findings = await this.#try(await this.#options.read(kept.snapshot))
    if (findings !== undefined) {
      this.#options.log.error('last good', { revision: kept.number, findings: findings.length, reason: findings.find(isError)?.message })
      return
    }
    this.#standing.restore(kept)
  }

  async #apply(model: Model): Promise<void> {
    const { registry, listeners, access, called, log, clock } = this.#options
    const definitions = await loadDefinitions(model, registry)
    const before = this.#definitions
    this.#definitions = definitions
    const old = this.#gate.current
    this.#state.mark()
    try {
      const applied = await apply(model, {
        lives: this.#lives,
        gate: this.#gate,
        listeners,
        definition: definitions,
        compile: (next, connectors) =>
          compile({
            model: next,
            connectors,
            definitions,
            schemas: this.#options.schemas(registry.documents),
            state: this.#state,
            access,
            called,
            log,
            clock,
          }),
      })
      this.#state.sweep()
      this.#statuses.retain(
        new Set([...model.connectors.values(), ...[...model.pipelines.values()].flatMap(pipeline => pipeline.channels)].map(one => one.id)),
      )
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

/** Milliseconds that the end of the process waits for what is written of revisions. */
const writeMs = 5_000

/** A fault of the gateway itself, which has no place in a file. */
const fault = (doing: string, error: unknown): Finding => new Refused({ file: '', line: 1, column: 1, pointer: '' }, doing, error).finding
