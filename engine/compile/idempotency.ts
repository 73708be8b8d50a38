import { createHash } from 'node:crypto'
import type { Keyed } from '../core/component.ts'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Body, Inbound, Origin, Reply } from '../core/message.ts'
import type { IdempotencyPolicy } from '../core/policies.gen.ts'
import type { Mark } from '../durable/mark.ts'
import { markKey } from '../durable/marks.ts'
import { restoreReply, storeError, storeReply } from '../durable/stored-reply.ts'
import type { Around } from './delivery.ts'
import type { Flow } from './flow.ts'
import { inputOf } from './input.ts'
import { keyText } from './key-text.ts'
import { marksOf } from './marks-of.ts'
import type { Shared } from './shared.ts'
import { compileTree } from './tree.ts'

export interface IdempotencyOptions extends Pick<Shared, 'options'> {
  readonly flow: Flow
  /** What the channel's protocol has for a key. */
  readonly keyed?: Keyed | undefined
  /** Whether somebody waits for the reply: then another body under the same key is told, and so is again what was refused. */
  readonly answers: boolean
  /** What is done once: a message is run, or it is put on the queue. */
  readonly doing?: 'run' | 'take'
}

/** Undefined where the pipeline says nothing of it, and where the messages have no key. */
export function compileIdempotency({ flow, keyed, answers, doing = 'run', options }: IdempotencyOptions): Around<Reply> | undefined {
  const { name, idempotency } = flow.model
  const keyOf = idempotency === undefined ? undefined : compileKey(idempotency, keyed)
  if (idempotency === undefined || keyOf === undefined) return undefined
  const marks = marksOf(options)
  return async ({ inbound, read, origin, scope }, run) => {
    // What is no input leaves no mark.
    const input = flow.accept(inputOf(read.body, origin.source), read.coerce)
    const { principal } = origin
    const key = markKey('message', doing, name, principal?.method ?? null, principal?.name ?? null, keyOf(input, origin, inbound))
    const print = answers ? printOf(inbound) : undefined
    const found = await marks.claim({ key, group: name, print, deadline: scope.deadline })
    if (found.kind === 'claimed') throw busy()
    if (found.kind === 'ours') return await once(found.mark, run, { policy: idempotency, answers, failed })
    if (answers && found.print !== print) throw reused()
    return restoreReply(found.result, replayed)
  }

  /** The message had its effect all the same: whoever brings it again before the mark ends is told that it is worked on. */
  function failed(error: unknown): void {
    options.log.warn('mark', { pipeline: name, doing: 'keep', error: asSluiceError(error) })
  }
}

interface OnceOptions {
  readonly policy: IdempotencyPolicy
  readonly answers: boolean
  readonly failed: (error: unknown) => void
}

async function once(mark: Mark, run: () => Reply | Promise<Reply>, { policy, answers, failed }: OnceOptions): Promise<Reply> {
  const keep = async (result: () => ReturnType<typeof storeError> | ReturnType<typeof storeReply>): Promise<void> => {
    try {
      await mark.done(await result(), policy.within)
    } catch (error) {
      failed(error)
    }
  }
  let reply: Reply
  try {
    reply = await run()
  } catch (thrown) {
    if (answers && isAnswer(thrown)) await keep(() => storeError(thrown))
    else await mark.release().catch(failed)
    throw thrown
  }
  if (reply.status >= 500) await mark.release().catch(failed)
  else await keep(() => storeReply(reply, policy.maxReply))
  return reply
}

/** What is refused the same way every time is an answer; what somebody else may do about is not. */
function isAnswer(thrown: unknown): boolean {
  const { fault, retry } = asSluiceError(thrown)
  return fault === 'sender' && retry === 'never'
}

type KeyOf = (input: Body, origin: Origin, inbound: Inbound) => string

function compileKey({ key }: IdempotencyPolicy, keyed: Keyed | undefined): KeyOf | undefined {
  if (key === undefined) return keyed === undefined ? undefined : (_input, _origin, inbound) => present(keyed.keyOf(inbound), keyed.named)
  const value = compileTree(key, 'idempotency')
  return (input, origin) => present(keyText(value({ body: input, input, vars: none, origin })), 'the idempotency key of the message')
}

const none = Object.freeze({})

function present(key: string | undefined, named: string): string {
  if (key !== undefined && key !== '') return key
  throw new SluiceError('BAD_REQUEST', `${named} is missing, by which a repetition is told`)
}

/** Of all that a caller sends besides headers. Whoever waits for a reply sent bytes, or a value. */
function printOf({ body, source }: Inbound): string {
  const { params = {}, query = {} } = source
  const print = createHash('sha256').update(JSON.stringify([params, query]))
  if (body instanceof Uint8Array) print.update(body)
  else if (!(body instanceof Blob)) print.update(JSON.stringify(body.value) ?? '')
  return print.digest('base64url')
}

const replayed = Object.freeze({ 'idempotency-replayed': 'true' })

const busy = (): SluiceError =>
  new SluiceError('CONFLICT', 'a message with this idempotency key is being worked on', { delayMs: 1_000, headers: { 'retry-after': '1' } })

const reused = (): SluiceError => new SluiceError('KEY_REUSED', 'this idempotency key came before with another body, path or query')
