import type { ChannelModel, PipelineModel } from '../core/model.ts'
import type { Scope } from '../core/scope.ts'
import { inBytes, type Load, pipelineShare, sourceWaitMs, waitingSources } from './load.ts'
import type { State } from './options.ts'
import { Slots } from './policies/slots.ts'

/** Lets a message in where everything that counts it has room. Whoever entered leaves, with the same bytes. */
export interface Admission {
  /** Throws or rejects with OVERLOADED, having taken nothing. `bytes`: of a body that nobody counted before. */
  enter(scope: Scope, bytes: number): undefined | Promise<undefined>
  leave(bytes: number): void
}

/** What counts the messages of a channel, or of a pipeline that is called otherwise. */
export interface Counts {
  readonly messages: readonly Slots[]
  readonly bytes: readonly Slots[]
}

export interface CountsOptions {
  readonly state: State
  readonly load: Load
  /** The channel that they come by, where there is one. */
  readonly channel?: ChannelModel | undefined
}

/** The limits of the pipeline, the channel and the process: what waits for its own kind holds nothing of the others. */
export function countsOf(pipeline: PipelineModel, { state, load, channel }: CountsOptions): Counts {
  const { name } = pipeline
  const own = channel?.concurrency === undefined ? undefined : keep(state, channel.id, channel.concurrency)
  const limit = Math.ceil(load.limits.bytes * pipelineShare)
  const bytes = state.get(`bytes/${name}`, String(limit), () => new Slots({ what: `the pipeline ${name}`, limit, ...inBytes }))
  return {
    // What is put on the queue is not run yet.
    messages: [channel?.async === true ? undefined : pipelineSlots(pipeline, state), own, load.messages].filter(
      slots => slots !== undefined,
    ),
    bytes: [bytes, load.bytes],
  }
}

/** Messages of a pipeline at once, however they come in; undefined where it says nothing. */
export function pipelineSlots({ name, concurrency }: PipelineModel, state: State): Slots | undefined {
  return concurrency === undefined ? undefined : keep(state, `the pipeline ${name}`, concurrency)
}

/** Kept over reloads: messages that are inside count on. */
const keep = (state: State, what: string, limit: number): Slots =>
  state.get(`slots/${what}`, String(limit), () => new Slots({ what, limit, ...waitingSources }))

/** `waits`: a consuming channel waits where a served one refuses at once. */
export function admission({ messages, bytes }: Counts, waits: boolean): Admission {
  const limits = [...messages, ...bytes]
  const weigh = (at: number, size: number): number => (at < messages.length ? 1 : size)
  const leave = (first: number, size: number): void => {
    for (let at = 0; at < first; at++) limits[at]?.leave(weigh(at, size))
  }
  /** A message without bytes is not counted by them. */
  const counted = (size: number): number => (size === 0 ? messages.length : limits.length)
  const take = (slots: Slots, weight: number, scope: Scope): undefined | Promise<void> => {
    if (waits) return slots.enter(sourceWaitMs, scope, weight)
    if (!slots.take(weight)) throw slots.refusal()
    return undefined
  }
  const enterFrom = (from: number, scope: Scope, size: number): undefined | Promise<undefined> => {
    for (let at = from; at < counted(size); at++) {
      const slots = limits[at]
      if (slots === undefined) break
      let waiting: undefined | Promise<void>
      try {
        waiting = take(slots, weigh(at, size), scope)
      } catch (error) {
        leave(at, size)
        throw error
      }
      if (waiting !== undefined)
        return waiting.then(
          () => enterFrom(at + 1, scope, size),
          error => {
            leave(at, size)
            throw error
          },
        )
    }
    return undefined
  }
  return {
    enter: (scope, size) => enterFrom(0, scope, size),
    leave: size => leave(counted(size), size),
  }
}
