import type { ChannelModel, PipelineModel } from '../core/model.ts'
import type { Scope } from '../core/scope.ts'
import type { State } from './options.ts'
import { Slots } from './policies/slots.ts'

/** Messages at once in the whole process. */
const processLimit = 2000

/** Lets a message in where everything that counts it has room. Whoever entered leaves. */
export interface Admission {
  /** Throws or rejects with OVERLOADED, having taken nothing. */
  enter(scope: Scope): undefined | Promise<undefined>
  leave(): void
}

export interface AdmissionOptions {
  readonly state: State
  /** The channel that they come by, where there is one. */
  readonly channel?: ChannelModel | undefined
  /** A consuming channel waits, within the scope, where a served one refuses at once. */
  readonly waits: boolean
}

/** The limits of the process, the channel and the pipeline. */
export function createAdmission(pipeline: PipelineModel, { state, channel, waits }: AdmissionOptions): Admission {
  const limits = [
    keep(state, 'the gateway', processLimit),
    channel?.concurrency === undefined ? undefined : keep(state, channel.id, channel.concurrency),
    pipelineSlots(pipeline, state),
  ].filter(slots => slots !== undefined)
  return admission(limits, waits)
}

/** Messages of a pipeline at once, however they come in; undefined where it says nothing. */
export function pipelineSlots({ name, concurrency }: PipelineModel, state: State): Slots | undefined {
  return concurrency === undefined ? undefined : keep(state, `the pipeline ${name}`, concurrency)
}

/** Kept over reloads: messages that are inside count on. */
const keep = (state: State, what: string, limit: number): Slots => state.get(`slots/${what}`, String(limit), () => new Slots(what, limit))

function admission(limits: readonly Slots[], waits: boolean): Admission {
  const leave = (first: number): void => limits.slice(0, first).forEach(slots => void slots.leave())
  const enterFrom = (at: number, scope: Scope): undefined | Promise<undefined> => {
    const slots = limits[at]
    if (slots === undefined) return undefined
    try {
      const waiting = take(slots, scope)
      if (waiting === undefined) return enterFrom(at + 1, scope)
      return waiting.then(
        () => enterFrom(at + 1, scope),
        error => {
          leave(at)
          throw error
        },
      )
    } catch (error) {
      leave(at)
      throw error
    }
  }
  const take = (slots: Slots, scope: Scope): undefined | Promise<void> => {
    if (waits) return slots.enter(scope.remaining, scope)
    if (!slots.take()) throw slots.refusal()
    return undefined
  }
  return { enter: scope => enterFrom(0, scope), leave: () => leave(limits.length) }
}
