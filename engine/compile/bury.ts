import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Body, Inbound, Message } from '../core/message.ts'
import { limit, Scope } from '../core/scope.ts'
import type { Change } from '../core/store.ts'
import { errorValue } from './error-value.ts'
import type { Flow } from './flow.ts'
import type { Read } from './reader.ts'
import type { RedeliveryOptions } from './redelivery.ts'
import type { Shared } from './shared.ts'

type Bury = RedeliveryOptions['bury']

export interface BurialOptions extends Pick<Shared, 'options' | 'nextId'> {
  readonly flow: Flow
  /** As `$meta` names it. */
  readonly channel: string
  /** The id of the channel whose format reads the body, where it has one. */
  readonly via?: string | undefined
  /** What else happens in the commit that keeps a letter in the store. */
  readonly besides?: ((inbound: Inbound) => readonly Change[]) | undefined
  readonly read: (inbound: Inbound) => Read | Promise<Read>
}

/** Milliseconds that the steps of `deadLetter` may take. */
const patienceMs = 30_000

/** Puts messages of one channel that are given up where the pipeline says, else into the store, and says so in the log. */
export function createBurial(burial: BurialOptions): Bury {
  const { flow, channel, nextId, options } = burial
  const pipeline = flow.model.name
  const elsewhere = flow.deadLetter === undefined ? undefined : buryBySteps(burial)
  const store = buryInStore(burial)
  return async (given, error, attempts) => {
    const inbound = { ...given, id: given.id ?? nextId() }
    const put = elsewhere?.(inbound, error, attempts).then(
      () => undefined,
      thrown => {
        options.log.warn('dead letter steps failed', { id: inbound.id, pipeline, channel, ...placeOf(asSluiceError(thrown)) })
        return store(inbound, error, attempts)
      },
    )
    const letter = await (put ?? store(inbound, error, attempts))
    options.died?.({ pipeline, code: error.reason })
    options.log.warn('dead letter', { id: inbound.id, letter, pipeline, channel, ...placeOf(error), attempts })
  }
}

/** Messages that are given up and that their source keeps: it is only said. */
export function createHandover({ flow, channel, options }: Pick<BurialOptions, 'flow' | 'channel' | 'options'>): Bury {
  const pipeline = flow.model.name
  return ({ id }, error, attempts) => {
    options.died?.({ pipeline, code: error.reason })
    options.log.warn('dead letter', { id, kept: 'by the source', pipeline, channel, ...placeOf(error), attempts })
    return Promise.resolve()
  }
}

type Identified = Inbound & { readonly id: string }

/** Gives the letter's id. */
function buryInStore({ flow, channel, via, besides, options }: BurialOptions) {
  const pipeline = flow.model.name
  return (inbound: Identified, error: SluiceError, attempts: number): Promise<string> => {
    const { message, status, at, detail } = error
    const violations = detail.violations?.map(violation => ({ ...violation }))
    const why = { pipeline, channel, via, message, status, connector: at?.connector, attempts, violations, ...placeOf(error) }
    return options.deadLetters.put(inbound, inbound.receivedAt ?? options.clock.now(), why, besides?.(inbound))
  }
}

function buryBySteps({ flow, channel, read, options }: BurialOptions) {
  const pipeline = flow.model.name
  return async (inbound: Identified, error: SluiceError, attempts: number): Promise<void> => {
    const { id, traceparent, headers, principal, receivedAt = options.clock.now() } = inbound
    const scope = new Scope({ id, traceparent, attempt: attempts, deadline: performance.now() + patienceMs })
    const body = await bodyOf(inbound, read)
    const origin = { id, pipeline, channel, headers, source: { ...inbound.source, attempt: attempts }, principal, receivedAt }
    const message: Message = { body, input: body, vars: { error: errorValue(error) }, origin }
    const late = (): SluiceError => new SluiceError('DEADLINE', `the dead letter steps of ${pipeline} took too long`)
    await limit(scope, patienceMs, late, inner => flow.deadLetter?.(message, inner) ?? message)
  }
}

/** Bytes that no format could read are what they are. */
async function bodyOf(inbound: Inbound, read: BurialOptions['read']): Promise<Body> {
  try {
    return (await read(inbound)).body
  } catch {
    return inbound.body instanceof Uint8Array || inbound.body instanceof Blob ? inbound.body : inbound.body.value
  }
}

function placeOf({ reason: code, at }: SluiceError): {
  readonly code: string
  readonly step: string | undefined
  readonly where: string | undefined
} {
  const where = at === undefined ? undefined : `${at.where.file}:${at.where.line}:${at.where.column}`
  return { code, step: at?.step, where }
}
