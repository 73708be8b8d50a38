import { Alarms } from './alarms.ts'
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
  #timed: boolean
  #controller: AbortController | undefined
  #reason: SluiceError | undefined
  #hooks: ((reason: SluiceError) => void)[] | undefined
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
    this.#timed = parent?.timed === true && parent.deadline === this.deadline
  }

  /** An alarm ends it at its deadline, its own or that of a scope around it: work inside needs none that is no shorter. */
  get timed(): boolean {
    return this.#timed
  }

  /** Said by whoever sets that alarm. */
  setTimed(): void {
    this.#timed = true
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
  narrow(change: { readonly deadline?: number; readonly attempt?: number; readonly depth?: number }): Scope {
    const { id, traceparent, watch } = this
    const deadline = change.deadline ?? this.deadline
    return new Scope({ id, traceparent, watch, deadline, attempt: change.attempt ?? this.attempt, depth: change.depth ?? this.depth }, this)
  }

  /** Ends it: whoever hooked on hears, and the signal aborts with this reason. Idempotent. */
  cancel(reason: SluiceError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.release()
    const hooks = this.#hooks
    this.#hooks = undefined
    if (hooks !== undefined) for (const hook of hooks) hook(reason)
    this.#controller?.abort(reason)
  }

  /** Calls back when it is cancelled, or one of those around it: at less cost than its signal. A caller that goes away is not heard so. Whoever hooks on unhooks. */
  hook(cancelled: (reason: SluiceError) => void): void {
    const reason = this.#reason
    if (reason !== undefined) queueMicrotask(() => cancelled(reason))
    else if (this.#hooks === undefined) this.#hooks = [cancelled]
    else this.#hooks.push(cancelled)
    this.#parent?.hook(cancelled)
  }

  unhook(cancelled: (reason: SluiceError) => void): void {
    const at = this.#hooks?.lastIndexOf(cancelled) ?? -1
    if (at >= 0) this.#hooks?.splice(at, 1)
    this.#parent?.unhook(cancelled)
  }

  /** Somebody waits to hear of its end. */
  get hooked(): boolean {
    return this.#hooks !== undefined && this.#hooks.length > 0
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

/** Work that is raced by a time. One of `done` and `failed` is called, once, with whatever came first; what it gives or throws is the result. */
export interface Bounded<Value, Result> {
  readonly late: () => SluiceError
  readonly work: (scope: Scope) => Value | Promise<Value>
  readonly done: (value: Value) => Result
  readonly failed: (thrown: unknown) => Result
}

export interface Race<Value, Result> extends Bounded<Value, Result> {
  /** `performance.now()` milliseconds. */
  readonly until: number
}

/**
 * Runs work for at most its time, so that work which ignores its signal cannot outlive it: by one alarm and a narrower scope, or by the alarm of
 * the scope that it stands in, where that is no later. Work that answers at once costs neither an alarm nor a promise.
 */
export const race = <Value, Result>(scope: Scope, raced: Race<Value, Result>): Result | Promise<Result> =>
  scope.timed && raced.until >= scope.deadline ? untilCancelled(scope, raced) : untilLate(scope.narrow({ deadline: raced.until }), raced)

/** The same where nothing is to be done about how it ended. */
export const limit = <T>(scope: Scope, ms: number, late: () => SluiceError, work: (inner: Scope) => T | Promise<T>): T | Promise<T> =>
  race<T, T>(scope, { until: performance.now() + ms, late, work, done: value => value, failed: rethrow })

function rethrow(thrown: unknown): never {
  throw thrown
}

/** Until the deadline of the scope itself, by an alarm of its own; the scope is over afterwards. */
export function untilLate<Value, Result>(scope: Scope, raced: Bounded<Value, Result>): Result | Promise<Result> {
  scope.setTimed()
  return settled(scope, raced, fail => {
    const turnOff = alarms.set(scope.deadline, () => {
      const error = raced.late()
      const told = scope.hooked
      scope.cancel(error)
      // Whoever was told fails by its own words, which say more: it comes first.
      if (told) setImmediate(fail, error)
      else fail(error)
    })
    return () => {
      turnOff()
      scope.release()
    }
  })
}
const alarms = new Alarms()

function untilCancelled<Value, Result>(scope: Scope, raced: Bounded<Value, Result>): Result | Promise<Result> {
  return settled(scope, raced, fail => {
    const cancelled = (reason: SluiceError): void => fail(reason.code === 'DEADLINE' ? raced.late() : reason)
    scope.hook(cancelled)
    return () => scope.unhook(cancelled)
  })
}

/** `arm` may fail the work before it has settled; what it gives is called when it has. */
function settled<Value, Result>(
  scope: Scope,
  { work, done, failed }: Bounded<Value, Result>,
  arm: (fail: (error: unknown) => void) => () => void,
): Result | Promise<Result> {
  let started: Value | Promise<Value>
  try {
    started = work(scope)
  } catch (thrown) {
    return failed(thrown)
  }
  if (!(started instanceof Promise)) return done(started)
  const pending = started
  return new Promise<Result>((resolve, reject) => {
    let over = false
    const end = <Outcome>(turn: (outcome: Outcome) => Result, outcome: Outcome): void => {
      if (over) return
      over = true
      disarm()
      try {
        resolve(turn(outcome))
      } catch (error) {
        reject(error)
      }
    }
    const fail = (error: unknown): void => end(failed, error)
    const disarm = arm(fail)
    // Not `finally`: it costs as much as all the rest of this.
    pending.then(value => end(done, value), fail)
  })
}
