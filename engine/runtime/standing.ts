import type { Snapshot } from '../config/snapshot.ts'
import type { Finding } from '../core/finding.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { KeptRevision } from './kept-revision.ts'
import type { Outcome } from './outcome.ts'
import type { Revisions } from './revisions.ts'

export interface StandingOptions {
  /** What ran before, and where it is kept; none where nothing is kept. */
  readonly revisions?: Revisions | undefined
  /** Told of every outcome, in their order. */
  readonly told?: ((outcome: Outcome) => void) | undefined
  readonly log: Logger
  readonly clock: Clock
}

/** A configuration as it was read and applied. */
export interface Committed {
  readonly snapshot: Snapshot
  readonly findings: readonly Finding[]
}

/** At most so many outcomes are remembered. */
const most = 20

/** Which revision runs, since when, and how the attempts to change it ended. */
export class Standing {
  readonly #options: StandingOptions
  /** 0 where none runs. */
  number = 0
  hash = ''
  /** Milliseconds since the epoch. */
  since = 0
  /** Why what runs is not what the folder says. */
  degraded: string | undefined
  /** The newest first. */
  outcomes: readonly Outcome[] = []

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** What runs now gets its number, and is kept. A start on what ran last is no new revision. */
  commit({ snapshot, findings }: Committed): void {
    const { revisions, log } = this.#options
    const { newest, highest = 0 } = revisions ?? {}
    this.#runs(snapshot.hash)
    if (this.number === 0 && newest?.number === highest && newest.snapshot.hash === snapshot.hash) {
      this.number = highest
      revisions?.confirm(log)
      return
    }
    this.number = Math.max(this.number, highest) + 1
    revisions?.keep({ number: this.number, at: this.since, outcome: 'applied', findings: findings.length, snapshot }, log)
  }

  /** What ran before this process runs again, in place of a broken configuration. */
  restore({ number, at, snapshot }: KeptRevision): void {
    this.#runs(snapshot.hash)
    this.number = number
    const since = new Date(at).toISOString()
    this.degraded = `the configuration is broken; revision ${number} of ${since}, the last that was good, runs instead`
    this.#options.log.warn('last good', { revision: number, hash: snapshot.hash, at: since })
  }

  /** A change was refused. */
  refuse(): void {
    this.degraded ??= `the configuration is refused; revision ${this.number} runs on`
  }

  /** Says how an attempt ended that began at `started`, by `performance.now()`. */
  tell(kind: Outcome['kind'], findings: readonly Finding[], started: number): Outcome {
    const { clock, log, told } = this.#options
    const durationMs = Math.round(performance.now() - started)
    const outcome = { kind, revision: this.number, findings, at: clock.now(), durationMs }
    this.outcomes = [outcome, ...this.outcomes].slice(0, most)
    const level = kind === 'applied' || kind === 'unchanged' ? 'info' : 'error'
    log[level]('configuration', { outcome: kind, revision: outcome.revision, findings: findings.length, durationMs })
    try {
      told?.(outcome)
    } catch (error) {
      log.error('told', { error })
    }
    return outcome
  }

  #runs(hash: string): void {
    this.hash = hash
    this.since = this.#options.clock.now()
    this.degraded = undefined
  }
}
