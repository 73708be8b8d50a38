import { formatDuration } from '../core/duration.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Inbound, Origin, Source } from '../core/message.ts'
import type { AccessRecord } from '../core/ports.ts'
import { type Cut, Scope, untilLate } from '../core/scope.ts'
import type { Activity } from './activity.ts'
import type { Admission } from './admission.ts'
import { chain } from './chain.ts'
import type { Flow, RunFlow } from './flow.ts'
import { isWellFormed } from './ids.ts'
import { inputOf } from './input.ts'
import type { CompileOptions } from './options.ts'
import type { Read } from './reader.ts'
import { recordOf, sizeOf } from './record.ts'
import { reportFailure } from './report.ts'
import type { Invoked, InvokeOptions } from './revision.ts'

export interface DeliveryOptions<Output> {
  readonly flow: Flow
  /** Its `run`, or its `ask` where somebody waits for the answer. */
  readonly run: RunFlow
  /** Named in `$meta` and the records. */
  readonly channel: string
  readonly timeoutMs: number
  readonly admission: Admission
  /** Whether the bytes of its body are counted here. */
  readonly weighs: boolean
  readonly read: (inbound: Inbound) => Read | Promise<Read>
  /** What becomes of the answer: bytes again, or nothing more. */
  readonly finish: (answer: Invoked, read: Read, inbound: Inbound, origin: Origin) => Output | Promise<Output>
  /** Stands around the run of a message that has been read: it may answer in its place. */
  readonly around?: Around<Output> | undefined
  /** Where messages are counted; absent where somebody else does. */
  readonly activity?: Activity | undefined
  readonly nextId: () => string
  /** Writes the access record; absent where somebody else does. */
  readonly access?: ((record: AccessRecord) => void) | undefined
  readonly options: Pick<CompileOptions, 'log' | 'clock'>
}

export type Around<Output> = (delivered: Delivered, run: () => Output | Promise<Output>) => Promise<Output>

export interface Delivered {
  readonly inbound: Inbound
  readonly read: Read
  readonly origin: Origin
  readonly scope: Scope
}

export interface DeliverOptions extends InvokeOptions {
  /** Called when the message was let in, before anything is done with it; gives it back, perhaps brought into memory. What it throws refuses the message. */
  readonly entered?: ((inbound: Inbound) => Inbound | Promise<Inbound>) | undefined
}

/** Throws or rejects with a SluiceError. */
export type Deliver<Output> = (inbound: Inbound, cut?: Cut, options?: DeliverOptions) => Output | Promise<Output>

/** One message through one pipeline: admitted, read, run within its deadline, finished; reported and recorded once. What answers at once costs no promise. */
export function createDelivery<Output>(delivery: DeliveryOptions<Output>): Deliver<Output> {
  const { flow, run, channel, admission, weighs, read, finish, around, activity, access } = delivery
  const { log, clock } = delivery.options
  const pipeline = flow.model.name

  const runFlow = (inbound: Inbound, found: Read, origin: Origin, scope: Scope): Output | Promise<Output> =>
    run({ input: inputOf(found.body, origin.source), origin, scope, coerce: found.coerce }, answer =>
      finish(answer, found, inbound, origin),
    )
  const work = (inbound: Inbound, origin: Origin, scope: Scope): Output | Promise<Output> =>
    chain(read(inbound), found =>
      around === undefined
        ? runFlow(inbound, found, origin, scope)
        : around({ inbound, read: found, origin, scope }, () => runFlow(inbound, found, origin, scope)),
    )

  return (inbound, cut, { watch, entered, timeoutMs = delivery.timeoutMs } = {}) => {
    const started = performance.now()
    const id = isWellFormed(inbound.id) ? inbound.id : delivery.nextId()
    const { headers, principal, traceparent } = inbound
    const attempt = (inbound.redelivered ?? 0) + 1
    const bytes = weighs ? (sizeOf(inbound.body) ?? 0) : 0
    const origin = {
      id,
      pipeline,
      channel,
      headers,
      source: sourceOf(inbound.source, attempt),
      principal,
      receivedAt: inbound.receivedAt ?? clock.now(),
    }
    const scopeFrom = (begin: number): Scope => new Scope({ id, traceparent, attempt, watch, cut, deadline: begin + timeoutMs })

    const failed = (thrown: unknown): never => {
      activity?.leave()
      const error = asSluiceError(thrown)
      reportFailure(log, error, { id, pipeline, channel })
      access?.(recordOf({ id, pipeline, channel, started, inbound, error }))
      throw error
    }
    const admitted = (scope: Scope): Output | Promise<Output> =>
      untilLate(scope, {
        late: () => new SluiceError('DEADLINE', `the pipeline ${pipeline} took longer than ${formatDuration(timeoutMs)}`),
        work: () => (entered === undefined ? work(inbound, origin, scope) : chain(entered(inbound), taken => work(taken, origin, scope))),
        done: output => {
          admission.leave(bytes)
          activity?.leave()
          access?.(recordOf({ id, pipeline, channel, started, inbound, output }))
          return output
        },
        failed: thrown => {
          admission.leave(bytes)
          return failed(thrown)
        },
      })
    activity?.enter()
    const scope = scopeFrom(started)
    let waiting: undefined | Promise<undefined>
    try {
      waiting = admission.enter(scope, bytes)
    } catch (thrown) {
      return failed(thrown)
    }
    // What waited here could as well have waited at its source: its time begins now.
    return waiting === undefined ? admitted(scope) : waiting.then(() => admitted(scopeFrom(performance.now())), failed)
  }
}

/** `$meta.attempt` is in the source where it is not the first. */
const sourceOf = (source: Source, attempt: number): Source => (attempt === 1 ? source : { ...source, attempt })
