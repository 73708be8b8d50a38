import { SluiceError } from '../../core/errors.ts'
import type { BreakerPolicy } from '../../core/policies.gen.ts'
import type { Clock } from '../../core/ports.ts'
import { CallWindow } from './call-window.ts'
import type { Witness } from './witness.ts'

/** What one call said of the system: nothing, where it never came there or its caller went away. */
type Verdict = 'well' | 'ill' | 'nothing'

/** Closed, open for a pause, then half-open: one probe decides. Kept over reloads. */
export class Breaker {
  readonly #policy: BreakerPolicy
  readonly #clock: Clock
  readonly #window: CallWindow
  #inRow = 0
  #open: { readonly since: number; readonly pauseMs: number } | undefined
  #probing = false

  constructor(policy: BreakerPolicy, clock: Clock) {
    this.#policy = policy
    this.#clock = clock
    this.#window = new CallWindow(policy.window)
  }

  /** Lets a call through, as any or as the one that decides; or says how many milliseconds to leave the system alone. */
  admit(): 'call' | 'probe' | number {
    if (this.#open === undefined) return 'call'
    const { since, pauseMs } = this.#open
    const waited = this.#clock.now() - since
    // A clock that was set back does not prolong the pause.
    const over = waited >= pauseMs || waited < 0
    if (!over || this.#probing) return Math.max(0, pauseMs - waited)
    this.#probing = true
    return 'probe'
  }

  /** What came of a call that was let through. One from before it opened decides nothing. */
  settled(verdict: Verdict, as: 'call' | 'probe'): void {
    if (as === 'probe') this.#probed(verdict)
    else if (this.#open === undefined && verdict !== 'nothing') this.#count(verdict)
  }

  #probed(verdict: Verdict): void {
    this.#probing = false
    if (verdict === 'well') this.#close()
    if (verdict === 'ill') this.#trip(Math.min((this.#open?.pauseMs ?? 0) * 2, this.#policy.maxPause))
  }

  #count(verdict: Verdict): void {
    const now = this.#clock.now()
    this.#inRow = verdict === 'ill' ? this.#inRow + 1 : 0
    this.#window.add(now, verdict === 'ill')
    if (verdict === 'ill' && (this.#inRow >= this.#policy.failures || this.#halfFailed())) this.#trip(this.#policy.pause)
  }

  #halfFailed(): boolean {
    const { calls, marked } = this.#window
    return calls >= this.#policy.calls && marked * 2 >= calls
  }

  #trip(pauseMs: number): void {
    this.#open = { since: this.#clock.now(), pauseMs }
  }

  #close(): void {
    this.#open = undefined
    this.#inRow = 0
    this.#window.clear()
  }
}

/** Fails at once while the breaker is open; tells it how each call went. `what` is named by the BREAKER_OPEN. */
export const guarded = (breaker: Breaker, what: string): Witness => ({
  begin() {
    const admitted = breaker.admit()
    if (typeof admitted === 'number') throw refusal(what, admitted)
    return admitted === 'probe' ? probe : 0
  },
  end: (mark, error) => breaker.settled(error === undefined ? 'well' : judge(error), mark === probe ? 'probe' : 'call'),
})
const probe = 1

/** An answer of 4xx is a refusal: the system is well. What never left the gateway says nothing. */
function judge(error: SluiceError): Verdict {
  if (error.fault !== 'upstream') return 'nothing'
  const status = error.detail.answer?.status
  return error.code === 'UPSTREAM_REFUSED' && (status === undefined || status < 500) ? 'well' : 'ill'
}

function refusal(what: string, delayMs: number): SluiceError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(delayMs / 1000))) }
  return new SluiceError('BREAKER_OPEN', `${what} failed too often and is left alone`, { delayMs, headers })
}
