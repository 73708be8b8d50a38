import type { Answer, Handle } from '../core/component.ts'
import { asSluiceError, type Code, SluiceError } from '../core/errors.ts'
import type { Inbound, Reply } from '../core/message.ts'
import type { RedeliveryPolicy } from '../core/policies.gen.ts'
import type { Activity } from './activity.ts'
import { refusalOf } from './refusal.ts'

export interface RedeliveryOptions {
  readonly policy: RedeliveryPolicy
  /** Puts a message that will not be given again where it can be found. Rejects where it could not. */
  readonly bury: (inbound: Inbound, error: SluiceError, attempts: number) => Promise<void>
  /** Where a message counts, from its run to what becomes of it. */
  readonly activity: Activity
}

/**
 * The one place that decides what becomes of a message whose run failed; around every consuming channel and every queue.
 *
 * Resolves: acknowledge, for the message had its effect, or lies with the dead letters; then the reply says why. Rejects: it is not done, and its
 * source keeps it. With `detail.delayMs` it is to be given again after so long, with `redelivered` one more where `spendsAttempt` says so of the
 * error; without, it is handed back, since its source gave up or the gateway stops.
 */
export function redelivering(run: Answer, { policy, bury, activity }: RedeliveryOptions): Handle {
  return async (inbound, cut) => {
    activity.enter()
    const killing = killed(inbound, policy)
    try {
      if (killing !== undefined) throw killing
      return await run(inbound, cut)
    } catch (thrown) {
      const error = asSluiceError(thrown)
      if (error.code === 'CANCELLED') throw error
      const attempts = (inbound.redelivered ?? 0) + Number(error !== killing)
      if (!spendsAttempt(error) || (error.retry !== 'never' && attempts < policy.attempts)) throw again(error, attempts, policy)
      await bury(inbound, error, attempts).catch(cause => {
        throw again(new SluiceError('STORE', 'a message that failed cannot be put with the dead letters', { cause }), attempts, policy)
      })
      return refused(error, inbound.id ?? '')
    } finally {
      activity.leave()
    }
  }
}

/** Why a message is not run any more that ended the process too often. */
function killed({ redelivered = 0, crashed = 0 }: Inbound, { attempts }: RedeliveryPolicy): SluiceError | undefined {
  return crashed === 0 || redelivered < attempts ? undefined : endedWithProcess(crashed, redelivered)
}

export const endedWithProcess = (crashed: number, attempts: number): SluiceError =>
  new SluiceError('LIMIT', `${crashed} of its ${attempts} runs ended with the process`, { retry: 'never' })

/** Nobody tried: the gateway itself, or one of its policies, held the message back. */
const untried: ReadonlySet<Code> = new Set(['OVERLOADED', 'RATE_LIMITED', 'BREAKER_OPEN', 'CONFLICT', 'STORE', 'CANCELLED'])

/** Whether a message that failed so has used up one of its attempts. */
export const spendsAttempt = ({ code }: SluiceError): boolean => !untried.has(code)

/** The shortest pause of what is not counted, in milliseconds: nothing else keeps it from being given again at once. */
const shortest = 100

function again(error: SluiceError, attempts: number, policy: RedeliveryPolicy): SluiceError {
  const repeated = new SluiceError(error.code, error.message, {
    ...error.detail,
    cause: error.cause,
    delayMs: pauseAfter(attempts, error, policy),
  })
  if (error.at !== undefined) repeated.at = error.at
  return repeated
}

/** Full jitter; what the called system said is the least. */
function pauseAfter(attempts: number, error: SluiceError, { delay, backoff, maxDelay }: RedeliveryPolicy): number {
  const asked = error.detail.delayMs ?? 0
  const longest = delay * backoff ** Math.min(attempts - 1, 100)
  const least = spendsAttempt(error) ? asked : Math.max(asked, delay / 2, shortest)
  return Math.ceil(Math.min(maxDelay, Math.max(least, Math.random() * Math.min(longest, maxDelay))))
}

/** What a channel that answers may say of a message that went to the dead letters. */
function refused(error: SluiceError, id: string): Reply {
  const { status, code, text } = refusalOf(error, id)
  const problem = { type: 'about:blank', status, detail: text, code, id }
  const body = new TextEncoder().encode(JSON.stringify(problem))
  return { status, headers: {}, contentType: 'application/problem+json', body, buried: error.reason }
}
