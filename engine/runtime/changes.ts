import { compile } from '../compile/compile.ts'
import type { Load } from '../compile/load.ts'
import type { Revision } from '../compile/revision.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { SluiceError } from '../core/errors.ts'
import { type Finding, isError } from '../core/finding.ts'
import type { Model } from '../core/model.ts'
import type { AccessRecord, CallRecord, DeathRecord, StepRecord } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import type { DeadLetters } from '../durable/dead-letters.ts'
import type { Listeners } from '../net/listeners.ts'
import type { Registry } from '../registry/registry.ts'
import type { BuiltInSchemas } from '../schema/built-in.ts'
import { apply, Refused } from './apply.ts'
import { type Definitions, during, loadDefinitions } from './definitions.ts'
import type { Gate } from './gate.ts'
import type { Lives } from './lives.ts'
import type { Outcome } from './outcome.ts'
import { feedsQueues } from './queue-fed.ts'
import type { Queues } from './queues.ts'
import { Standing, type StandingOptions } from './standing.ts'
import { State } from './state.ts'
import type { Statuses } from './statuses.ts'

export interface ChangesOptions extends StandingOptions {
  /** Reads the configuration as it is now, or as it was kept. Never rejects: what is wrong with it is a finding. */
  readonly read: (kept?: Snapshot) => Promise<Read>
  readonly registry: Registry
  /** The compiled schemas of the registry's documents, kept from one change to the next. */
  readonly schemas: (documents: Registry['documents']) => BuiltInSchemas
  readonly listeners: Listeners
  /** What survives a crash. */
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
}

/** A configuration as it was read. */
export interface Read {
  /** Absent where any finding is an error. */
  readonly model: Model | undefined
  readonly findings: readonly Finding[]
  readonly snapshot: Snapshot
}

/** What a change is made on. */
export interface Changed {
  readonly gate: Gate
  readonly lives: Lives
  readonly statuses: Statuses
  readonly queues: Queues
}

/** The way from one revision to the next: one change at a time, each as a whole or not at all. */
export class Changes {
  readonly #options: ChangesOptions
  readonly #on: Changed
  readonly #state = new State()
  /** Which revision runs, and how the attempts to change it ended. */
  readonly standing: Standing
  #definitions: Definitions = () => {
    throw new SluiceError('INTERNAL', 'nothing is loaded yet')
  }
  /** Of what runs, secrets and plugins included. */
  #identity = ''
  readonly #draining = new Set<Revision>()
  #applying: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Outcome> | undefined
  #settling: Promise<unknown> = Promise.resolve()
  #stopping = false

  constructor(options: ChangesOptions, on: Changed) {
    this.#options = options
    this.#on = on
    this.standing = new Standing(options)
  }

  /** Of what runs; amid a change, of what is to run too. */
  get definitions(): Definitions {
    return this.#definitions
  }

  /** Messages in revisions that are no longer current. */
  get draining(): number {
    return [...this.#draining].reduce((sum, one) => sum + one.inFlight, 0)
  }

  /** Makes the configuration as it is now the one that runs. Calls that come meanwhile share the next change, which reads what is newest then. Never rejects. */
  make(): Promise<Outcome> {
    if (this.#waiting !== undefined) return this.#waiting
    const turn = this.#applying.then(() => {
      this.#waiting = undefined
      const started = performance.now()
      return this.#make(started).catch(error => this.#failed([fault('reading the configuration', error)], started))
    })
    this.#waiting = turn
    this.#applying = turn
    return turn
  }

  /** Makes no more. Resolves when the one that is being made has ended. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#applying
  }

  /** Resolves when the revisions before the current one have drained, and what only they used is stopped. */
  async settled(): Promise<void> {
    await this.#settling
  }

  async #make(started: number): Promise<Outcome> {
    if (this.#stopping) return this.standing.tell('unchanged', [], started)
    await this.#options.registry.refresh()
    const read = await this.#options.read()
    const identity = this.#identityOf(read)
    if (identity !== undefined && identity === this.#identity) {
      this.standing.degraded = undefined
      return this.standing.tell('unchanged', read.findings, started)
    }
    const findings = await this.#try(read)
    if (findings !== undefined) {
      if (this.#on.gate.current === undefined) await this.#restore(read.snapshot)
      else this.standing.refuse()
      return this.#failed(findings, started)
    }
    this.standing.commit(read)
    return this.standing.tell('applied', read.findings, started)
  }

  #failed(findings: readonly Finding[], started: number): Outcome {
    return this.standing.tell(this.#on.gate.current === undefined ? 'broken' : 'refused', findings, started)
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
    const { revisions, read, log } = this.#options
    const kept = await revisions?.lastGood(folders, log)
    if (kept === undefined) return
    const findings = await this.#try(await read(kept.snapshot))
    if (findings !== undefined) {
      log.error('last good', { revision: kept.number, findings: findings.length, reason: findings.find(isError)?.message })
      return
    }
    this.standing.restore(kept)
  }

  async #apply(model: Model): Promise<void> {
    const { schemas, registry, listeners, store, deadLetters, load, node, access, called, died, stepped, log, clock } = this.#options
    const { gate, lives, statuses, queues } = this.#on
    const definitions = await loadDefinitions(model, registry)
    const before = this.#definitions
    this.#definitions = during(definitions, before)
    const old = gate.current
    this.#state.mark()
    try {
      const applied = await apply(model, {
        lives,
        gate,
        listeners,
        definition: this.#definitions,
        compile: (next, connectors) =>
          compile({
            model: next,
            connectors,
            definitions,
            schemas: schemas(registry.documents),
            state: this.#state,
            intake: queues.intake,
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
      statuses.retain(new Set(['store', ...componentsOf(model)]))
      queues.follow(feedsQueues(model, type => definitions('channel', type).kind === 'consuming'))
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
}

const componentsOf = ({ connectors, pipelines }: Model): readonly string[] => [
  ...[...connectors.values()].map(({ id }) => id),
  ...[...pipelines.values()].flatMap(({ channels }) => channels.map(({ id }) => id)),
]

/** A fault of the gateway itself, which has no place in a file. */
const fault = (doing: string, error: unknown): Finding => new Refused({ file: '', line: 1, column: 1, pointer: '' }, doing, error).finding
