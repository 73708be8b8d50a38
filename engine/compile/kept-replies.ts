import { createHash } from 'node:crypto'
import { asSluiceError, SluiceError } from '../core/errors.ts'
import type { Body, Json } from '../core/message.ts'
import type { PipelineModel } from '../core/model.ts'
import type { ReplyCachePolicy } from '../core/policies.gen.ts'
import { cacheIn } from '../durable/cache.ts'
import { BoundedCache } from '../kit/bounded-cache.ts'
import type { CompileOptions } from './options.ts'
import type { Invoked } from './revision.ts'

/** Where replies lie. */
interface Shelf {
  get(key: string): Json | undefined | Promise<Json | undefined>
  set(key: string, reply: Json, expires: number): unknown
}

type Run = () => Invoked | Promise<Invoked>

/** The replies of one pipeline, by the key of what was asked. */
export class KeptReplies {
  readonly #shelf: Shelf
  readonly #policy: ReplyCachePolicy
  readonly #options: Pick<CompileOptions, 'log' | 'clock'>
  readonly #pipeline: string
  readonly #running = new Map<string, Promise<Invoked>>()

  constructor(model: PipelineModel, policy: ReplyCachePolicy, options: Pick<CompileOptions, 'store' | 'log' | 'clock'>) {
    this.#policy = policy
    this.#options = options
    this.#pipeline = model.name
    this.#shelf = policy.store === 'memory:' ? inMemory(policy, options) : inStore(model, policy, options)
  }

  /** The reply that is kept; else that of the run, which one alone makes of those who ask at the same time. */
  async give(key: string, run: Run): Promise<Invoked> {
    for (;;) {
      const kept = await this.#find(key)
      if (kept !== undefined) return kept
      const running = this.#running.get(key)
      if (running === undefined) return await this.#lead(key, run)
      const outcome = await running.then(
        reply => ({ reply }),
        (thrown: unknown) => ({ error: asSluiceError(thrown) }),
      )
      if ('reply' in outcome) return outcome.reply
      // That one had no time, or nobody who waited for it: this one may have.
      if (!isOwnFault(outcome.error)) throw outcome.error
    }
  }

  #lead(key: string, run: Run): Promise<Invoked> {
    const led = this.#run(key, run).finally(() => this.#running.delete(key))
    this.#running.set(key, led)
    return led
  }

  async #run(key: string, run: Run): Promise<Invoked> {
    const reply = await run()
    if (reply.status >= lowestFailure) return reply
    try {
      const kept = await written(reply, this.#options.clock.now(), this.#policy.maxBytes)
      if (kept !== undefined) await soon(this.#shelf.set(key, kept, this.#options.clock.now() + this.#policy.ttl))
    } catch (error) {
      this.#failed('keep', error)
    }
    return reply
  }

  /** Losing what is kept costs time, and nothing else. */
  async #find(key: string): Promise<Invoked | undefined> {
    try {
      const found = await soon(this.#shelf.get(key))
      return found === undefined ? undefined : read(found, this.#options.clock.now())
    } catch (error) {
      this.#failed('find', error)
      return undefined
    }
  }

  #failed(doing: string, error: unknown): void {
    this.#options.log.warn('kept reply', { pipeline: this.#pipeline, doing, error: asSluiceError(error) })
  }
}

/** Replies from here up are not kept. */
const lowestFailure = 400
/** How long the store is waited for, in milliseconds: without it the pipeline runs. */
const patienceMs = 500

/** What says more of the one who asked than of what was asked. */
const isOwnFault = ({ code }: SluiceError): boolean => code === 'CANCELLED' || code === 'DEADLINE' || code === 'TIMEOUT'

function inMemory(policy: ReplyCachePolicy, { clock }: Pick<CompileOptions, 'clock'>): Shelf {
  const cache = new BoundedCache(policy, clock)
  return {
    // what `written` made
    get: key => cache.get(key)?.value as Json | undefined,
    set: (key, reply, expires) => cache.set(key, reply, expires),
  }
}

function inStore(model: PipelineModel, { maxEntries, maxBytes }: ReplyCachePolicy, { store }: Pick<CompileOptions, 'store'>): Shelf {
  const keep = cacheIn(store, `replies/${model.name}`, { count: maxEntries, bytes: maxBytes })
  const print = printOf(model)
  const named = (key: string): string => `reply ${model.name} ${print} ${key}`
  return {
    get: async key => (await keep.get(named(key)))?.value,
    set: (key, reply, expires) => keep.set(named(key), reply, { expires }),
  }
}

/** Of what a reply is made by, the same on every node: another pipeline of the same name, as after a change, finds nothing of this one. */
function printOf({ input, output, steps, catch: caught, reply }: PipelineModel): string {
  const text = JSON.stringify([input, output, steps, caught, reply], (_name, value: unknown) => (isPlace(value) ? undefined : value))
  return createHash('sha256').update(text).digest('base64url')
}

/** Lines may move, and folders differ. */
const isPlace = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'file' in value && 'line' in value && 'column' in value && 'pointer' in value

/** In time, or STORE. */
async function soon<Value>(work: Value | Promise<Value>): Promise<Value> {
  if (!(work instanceof Promise)) return work
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new SluiceError('STORE', 'the store did not answer in time')), patienceMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

type Written = Pick<Invoked, 'status' | 'headers'> & { readonly at: number; readonly value?: Json; readonly bytes?: string }

/** Undefined for what is too large. */
async function written({ status, headers, body }: Invoked, at: number, most: number): Promise<Json | undefined> {
  const base = { at, status, headers }
  if (body === undefined) return base
  if (!(body instanceof Uint8Array || body instanceof Blob)) return { ...base, value: body }
  const size = body instanceof Blob ? body.size : body.byteLength
  if (size > most) return undefined
  const bytes = body instanceof Blob ? await body.arrayBuffer() : body
  return { ...base, bytes: Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toString('base64') }
}

function read(kept: Json, now: number): Invoked {
  // what `written` made
  const { at, status, headers, value, bytes } = kept as Written
  const body: Body = bytes === undefined ? value : new Uint8Array(Buffer.from(bytes, 'base64'))
  return { status, headers: { ...headers, age: String(Math.max(0, Math.floor((now - at) / 1000))) }, body }
}
