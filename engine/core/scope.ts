import { SluiceError } from './errors.ts'
import type { Body } from './message.ts'

/** What a watcher is told of every step: `sluice invoke --trace`, tests' coverage. */
export interface StepEvent {
  readonly step: string
  readonly verb: string
  readonly input: Body
  readonly output?: Body
  readonly error?: SluiceError
  readonly durationMs: number
  readonly skipped?: boolean
  readonly depth: number
}

/** Who may give a message up: an AbortController, a request. Its signal is made when somebody asks for it. */
export interface Cut {
  readonly signal: AbortSignal
  /** Whether it was given up, without making the signal; what the signal says where this is not there. */
  readonly gone?: boolean | undefined
}

export interface ScopeOptions {
  readonly id: string
  /** `performance.now()` milliseconds. */
  readonly deadline: number
  readonly traceparent?: string | undefined
  readonly attempt?: number
  readonly depth?: number
  readonly watch?: ((event: StepEvent) => void) | undefined
  /** Aborts when the source gives up. Listened to only where somebody asks for the scope's signal, and looked at where somebody asks for its reason. */
  readonly cut?: Cut | undefined
}

/**
 * The life of one delivery: one deadline, one abort signal, one trace, however many steps.
 * A step may narrow it, never widen it. The signal is made when somebody asks for it: most operations never do.
 */
export class Scope {
  readonly id: string
  readonly deadline: number
  readonly traceparent: string | undefined
  readonly attempt: number
  /** Nesting of `invoke`. */
  readonly depth: number
  readonly watch: ((event: StepEvent) => void) | undefined
  readonly #parent: Scope | undefined
  readonly #cut: Cut | undefined
  #controller: AbortController | undefined
  #reason: SluiceError | undefined
  #unhook: (() => void) | undefined

  constructor(options: ScopeOptions, parent?: Scope) {
    this.id = options.id
    this.deadline = parent === undefined ? options.deadline : Math.min(parent.deadline, options.deadline)
    this.traceparent = options.traceparent
    this.attempt = options.attempt ?? 1
    this.depth = options.depth ?? 0
    this.watch = options.watch
    this.#parent = parent
    this.#cut = options.cut
  }

  get signal(): AbortSignal {
    if (this.#controller !== undefined) return this.#controller.signal
    const controller = new AbortController()
    this.#controller = controller
    if (this.#reason !== undefined) controller.abort(this.#reason)
    else if (this.#parent !== undefined) this.#follow(this.#parent.signal)
    else if (this.#cut !== undefined) this.#follow(this.#cut.signal)
    return controller.signal
  }

  /** Why it was cut, if it was: by itself or by one of those around it. */
  get reason(): SluiceError | undefined {
    const cut = this.#cut
    if (this.#reason === undefined && cut !== undefined && (cut.gone ?? cut.signal.aborted)) this.cancel(givenUp(cut.signal))
    return this.#reason ?? this.#parent?.reason
  }

  get remaining(): number {
    return Math.max(0, this.deadline - performance.now())
  }

  /** A narrower life inside this one. */
  narrow(change: { readonly ms?: number; readonly attempt?: number; readonly depth?: number }): Scope {
    const deadline = change.ms === undefined ? this.deadline : performance.now() + change.ms
    const { id, traceparent, watch } = this
    return new Scope({ id, traceparent, watch, deadline, attempt: change.attempt ?? this.attempt, depth: change.depth ?? this.depth }, this)
  }

  /** Ends it: the signal aborts with this reason. Idempotent. */
  cancel(reason: SluiceError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.release()
    this.#controller?.abort(reason)
  }

  /** Lets go of the scope around it; called when its work is settled. */
  release(): void {
    this.#unhook?.()
    this.#unhook = undefined
  }

  /** A step that loops asks before each round. Throws what cut the scope. */
  check(): void {
    const reason = this.reason
    if (reason !== undefined) throw reason
    if (performance.now() > this.deadline) throw new SluiceError('DEADLINE', 'the time allowed for the message is over')
  }

  #follow(outer: AbortSignal): void {
    const cut = (): void => this.cancel(givenUp(outer))
    if (outer.aborted) {
      cut()
      return
    }
    outer.addEventListener('abort', cut, { once: true })
    this.#unhook = () => outer.removeEventListener('abort', cut)
  }
}

const givenUp = ({ reason }: AbortSignal): SluiceError =>
  reason instanceof SluiceError ? reason : new SluiceError('CANCELLED', 'the caller went away', { cause: reason })

/**
 * Runs `work` in a narrower scope for at most `ms`: one timer races it, so that work which ignores its signal cannot outlive its time.
 * Work that answers at once costs neither a timer nor a promise.
 */
export const limit = <T>(scope: Scope, ms: number, late: () => SluiceError, work: (inner: Scope) => T | Promise<T>): T | Promise<T> =>
  race(scope.narrow({ ms }), ms, late, work)

/** As `limit`, within the scope itself, which is over afterwards. */
export function race<T>(scope: Scope, ms: number, late: () => SluiceError, work: (scope: Scope) => T | Promise<T>): T | Promise<T> {
  const started = work(scope)
  if (!(started instanceof Promise)) return started
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = late()
      reject(error)
      scope.cancel(error)
    }, ms)
    const settle = (): void => {
      clearTimeout(timer)
      scope.release()
    }
    // Not `finally`: it costs as much as all the rest of this.
    started.then(
      value => {
        settle()
        resolve(value)
      },
      error => {
        settle()
        reject(error)
      },
    )
  })
}
