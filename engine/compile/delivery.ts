import { formatDuration } from '../core/duration.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Inbound, Origin, Source } from '../core/message.ts'
import type { AccessRecord } from '../core/ports.ts'
import { type Cut, race, Scope } from '../core/scope.ts'
import type { Activity } from './activity.ts'
import type { Admission } from './admission.ts'
import { chain } from './chain.ts'
import type { Flow } from './flow.ts'
import { inputOf } from './input.ts'
import type { CompileOptions } from './options.ts'
import type { Read } from './reader.ts'
import { recordOf } from './record.ts'
import { reportFailure } from './report.ts'
import type { Invoked, InvokeOptions } from './revision.ts'

export interface DeliveryOptions<Output> {
  readonly flow: Flow
  /** Named in `$meta` and the records. */
  readonly channel: string
  readonly timeoutMs: number
  readonly admission: Admission
  readonly read: (inbound: Inbound) => Read | Promise<Read>
  /** What becomes of the answer: bytes again, or nothing more. */
  readonly finish: (answer: Invoked, read: Read, inbound: Inbound) => Output
  readonly activity: Activity
  readonly nextId: () => string
  /** Writes the access record; absent where somebody else does. */
  readonly access?: ((record: AccessRecord) => void) | undefined
  readonly options: Pick<CompileOptions, 'log' | 'clock'>
}

export type Deliver<Output> = (inbound: Inbound, cut?: Cut, options?: InvokeOptions) => Promise<Output>

/** One message through one pipeline: admitted, read, run within its deadline, finished; reported and recorded once. Rejects with a SluiceError. */
export function createDelivery<Output>(delivery: DeliveryOptions<Output>): Deliver<Output> {
  const { flow, channel, admission, read, finish, activity, access } = delivery
  const { log, clock } = delivery.options
  const pipeline = flow.model.name

  const work = (inbound: Inbound, origin: Origin, scope: Scope): Output | Promise<Output> =>
    chain(read(inbound), found => {
      const input = inputOf(found.body, origin.source)
      return chain(flow.run(input, origin, scope, found.coerce), answer => finish(answer, found, inbound))
    })

  return async (inbound, cut, { watch, timeoutMs = delivery.timeoutMs } = {}) => {
    const started = performance.now()
    const id = isWellFormed(inbound.id) ? inbound.id : delivery.nextId()
    const { headers, principal, traceparent } = inbound
    const attempt = (inbound.redelivered ?? 0) + 1
    const origin = { id, pipeline, channel, headers, source: sourceOf(inbound.source, attempt), principal, receivedAt: clock.now() }
    const scope = new Scope({ id, traceparent, attempt, watch, cut, deadline: started + timeoutMs })
    const late = (): SluiceError => new SluiceError('DEADLINE', `the pipeline ${pipeline} took longer than ${formatDuration(timeoutMs)}`)
    activity.enter()
    try {
      const waiting = admission.enter(scope)
      if (waiting !== undefined) await waiting
      try {
        const ms = waiting === undefined ? timeoutMs : scope.remaining
        const answer = race(scope, ms, late, () => work(inbound, origin, scope))
        const output = answer instanceof Promise ? await answer : answer
        access?.(recordOf({ id, pipeline, channel, started, inbound, output }))
        return output
      } finally {
        admission.leave()
      }
    } catch (thrown) {
      const error = asSluiceError(thrown)
      reportFailure(log, error, { id, pipeline, channel })
      access?.(recordOf({ id, pipeline, channel, started, inbound, error }))
      throw error
    } finally {
      scope.release()
      activity.leave()
    }
  }
}

const isWellFormed = (id: string | undefined): id is string => id !== undefined && /^[A-Za-z0-9._-]{8,64}$/.test(id)

/** `$meta.attempt` is in the source where it is not the first. */
const sourceOf = (source: Source, attempt: number): Source => (attempt === 1 ? source : { ...source, attempt })
