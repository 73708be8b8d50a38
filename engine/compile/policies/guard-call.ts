import type { ConnectorModel } from '../../core/model.ts'
import type { RetryPolicy } from '../../core/policies.gen.ts'
import type { Clock } from '../../core/ports.ts'
import type { CompileOptions, State } from '../options.ts'
import type { Work } from '../work.ts'
import { Breaker, guarded } from './breaker.ts'
import { concurrency } from './concurrency.ts'
import { locating, type Place } from './located.ts'
import { observedCall } from './observed.ts'
import { RateLimiter, rateLimit } from './rate-limit.ts'
import { retry } from './retry.ts'
import { RetryBudget } from './retry-budget.ts'
import { Slots } from './slots.ts'
import { timeout } from './timeout.ts'
import { type Witness, witnessed } from './witness.ts'

/** Where a connector says nothing, in milliseconds. */
const defaultTimeoutMs = 30_000

export interface CallGuard {
  readonly connector: ConnectorModel
  readonly operation: string
  /** The step that calls. */
  readonly place: Place
  readonly idempotent: boolean
  /** The step's own, which replaces the connector's. */
  readonly retry: RetryPolicy | undefined
  readonly state: State
  readonly clock: Clock
  readonly called: CompileOptions['called']
}

/** What stands around every call of a connector: the first line is the outermost. What it counts belongs to the connector, over all its calls and over reloads. */
export function guardCall<Input, Output>(call: Work<Input, Output>, options: CallGuard): Work<Input, Output> {
  const { connector, clock } = options
  const ms = connector.timeout ?? defaultTimeoutMs
  const name = `connector ${connector.name}`
  const keep = <T>(what: string, make: () => T): T => options.state.get(`${what}/${connector.id}`, connector.hash, make)
  const budget = keep('retry-budget', () => new RetryBudget(clock))
  const place = { ...options.place, connector: connector.name }
  const policy = options.retry ?? connector.retry
  const isRetried = policy !== undefined && policy.attempts > 1

  const around = witnesses(options.called !== undefined && observedCall(connector.name, options.operation, options.called), counted(budget))
  const attempt = witnesses(
    !isRetried && locating(place),
    connector.breaker !== false && guarded(keep('breaker', breakerOf(connector.breaker, clock)), name),
  )
  const limits: readonly (Wrap<Input, Output> | false)[] = [
    connector.rateLimit !== undefined && rateLimit(keep('rate-limit', limiterOf(connector.rateLimit, clock)), ms, name),
    connector.concurrency !== undefined && concurrency(keep('concurrency', slotsOf(name, connector.concurrency)), ms),
  ]
  const what = `${connector.name}.${options.operation}`
  // All that look at a call share one promise with what stands inside of them, where nothing waits in between.
  const isDirect = limits.every(limit => limit === false)
  const looking = isRetried ? attempt : [...around, ...attempt]
  const wraps: readonly (Wrap<Input, Output> | false)[] = [
    isRetried && retry(policy, { place, idempotent: options.idempotent, single: true, allowed: () => budget.take(), witnesses: around }),
    ...(isDirect ? [timeout(ms, what, looking)] : [witnessed(looking), ...limits, timeout(ms, what)]),
  ]
  return wraps.reduceRight<Work<Input, Output>>((next, wrap) => (wrap === false ? next : wrap(next)), call)
}

type Wrap<Input, Output> = (next: Work<Input, Output>) => Work<Input, Output>

const witnesses = (...all: readonly (Witness | false)[]): readonly Witness[] => all.filter(one => one !== false)

const counted = (budget: RetryBudget): Witness => ({
  begin() {
    budget.called()
    return 0
  },
})

const breakerOf = (policy: ConstructorParameters<typeof Breaker>[0], clock: Clock) => (): Breaker => new Breaker(policy, clock)
const limiterOf = (policy: ConstructorParameters<typeof RateLimiter>[0], clock: Clock) => (): RateLimiter => new RateLimiter(policy, clock)
const slotsOf = (name: string, limit: number) => (): Slots => new Slots({ what: name, limit })
