import { compile } from '../compile/compile.ts'
import type { Invoked, InvokeOptions, LiveConnector, Revision } from '../compile/revision.ts'
import { SluiceError } from '../core/errors.ts'
import { type Finding, isError } from '../core/finding.ts'
import type { Inbound } from '../core/message.ts'
import type { Model } from '../core/model.ts'
import type { AccessRecord, Clock, Logger, Status } from '../core/ports.ts'
import type { Listeners } from '../net/listeners.ts'
import type { Registry } from '../registry/registry.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import { apply, Refused } from './apply.ts'
import { Claims } from './claims.ts'
import { type Definitions, loadDefinitions } from './definitions.ts'
import { Gate } from './gate.ts'
import { Lives } from './lives.ts'
import type { Outcome } from './outcome.ts'
import { State } from './state.ts'
import { Statuses } from './statuses.ts'

export interface RuntimeOptions {
  /** Reads the configuration as it is now. Never rejects: what is wrong with it is a finding. */
  readonly read: () => Promise<{ readonly model: Model | undefined; readonly findings: readonly Finding[] }>
  readonly registry: Registry
  /** The compiled schemas of the registry's documents, kept from one change to the next. */
  readonly schemas: (documents: Registry['documents']) => BuiltInSchemas
  readonly listeners: Listeners
  readonly access: (record: AccessRecord) => void
  readonly log: Logger
  readonly clock: Clock
}

/** How the gateway is: what `/ready`, `/status` and the terminal show. */
export interface RuntimeStatus {
  readonly ready: boolean
  readonly revision: number
  readonly hash: string
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
  #number = 0
  #identity = ''
  #outcomes: readonly Outcome[] = []
  #applying: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Outcome> | undefined
  #settling: Promise<unknown> = Promise.resolve()
  #stopping = false

  constructor(options: RuntimeOptions) {
    this.#options = options
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

  /** Reads the configuration and makes it the one that runs. One at a time; calls that come meanwhile share the next, which reads what is newest then. */
  reload(): Promise<Outcome> {
    if (this.#waiting !== undefined) return this.#waiting
    const turn = this.#applying.then(() => {
      this.#waiting = undefined
      return this.#reload()
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
      revision: this.#number,
      hash: revision?.model.hash ?? '',
      outcomes: this.#outcomes,
      components: this.#statuses.all(),
      inFlight: revision?.inFlight ?? 0,
    }
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
    await Promise.all([...this.#lives.consumers].map(([id, consumer]) => this.#lives.closeConsumer(id, consumer, graceMs)))
    this.#gate.close()
    await this.#options.listeners.close(graceMs)
    await Promise.race([Promise.all([revision?.drained(), this.#settling]), new Promise(resolve => setTimeout(resolve, graceMs).unref())])
    await Promise.all([...this.#lives.connectors.values()].map(live => this.#lives.stopConnector(live)))
  }

  async #reload(): Promise<Outcome> {
    const started = performance.now()
    if (this.#stopping) return this.#outcome('unchanged', [], started)
    await this.#options.registry.refresh()
    const { model, findings } = await this.#options.read()
    if (model === undefined || findings.some(isError)) return this.#outcome(this.#failed(), findings, started)
    const identity = `${model.hash}/${this.#options.registry.version}`
    if (identity === this.#identity) return this.#outcome('unchanged', findings, started)
    try {
      await this.#apply(model)
    } catch (error) {
      if (!(error instanceof Refused)) this.#options.log.error('apply', { error })
      const finding =
        error instanceof Refused
          ? error.finding
          : new Refused({ file: '', line: 1, column: 1, pointer: '' }, 'applying the configuration', error).finding
      return this.#outcome(this.#failed(), [...findings, finding], started)
    }
    this.#identity = identity
    this.#number++
    return this.#outcome('applied', findings, started)
  }

  async #apply(model: Model): Promise<void> {
    const { registry, listeners, access, log, clock } = this.#options
    const definitions = await loadDefinitions(model, registry)
    const before = this.#definitions
    this.#definitions = definitions
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
            log,
            clock,
          }),
      })
      this.#state.sweep()
      this.#statuses.retain(
        new Set([...model.connectors.values(), ...[...model.pipelines.values()].flatMap(pipeline => pipeline.channels)].map(one => one.id)),
      )
      this.#settling = Promise.all([this.#settling, applied.settle()]).catch(error => log.error('settle', { error }))
    } catch (error) {
      this.#definitions = before
      throw error
    }
  }

  #failed(): 'refused' | 'broken' {
    return this.#gate.current === undefined ? 'broken' : 'refused'
  }

  #requiredAreReady(revision: Revision): boolean {
    const required = [...revision.model.connectors.values()].filter(connector => connector.required)
    return required.every(connector => this.#statuses.get(connector.id)?.state === 'ready')
  }

  #outcome(kind: Outcome['kind'], findings: readonly Finding[], started: number): Outcome {
    const outcome = {
      kind,
      revision: this.#number,
      findings,
      at: this.#options.clock.now(),
      durationMs: Math.round(performance.now() - started),
    }
    this.#outcomes = [outcome, ...this.#outcomes].slice(0, 20)
    const level = kind === 'applied' || kind === 'unchanged' ? 'info' : 'error'
    this.#options.log[level]('configuration', {
      outcome: kind,
      revision: outcome.revision,
      findings: findings.length,
      durationMs: outcome.durationMs,
    })
    return outcome
  }
}
