import { SluiceError } from '../core/errors.ts'
import type { Clock, Logger } from '../core/ports.ts'
import type { DeadLetter } from '../durable/dead-letters.ts'
import { markOutcome } from '../durable/message-state.ts'
import type { StoredMessage } from '../durable/stored-message.ts'
import { mustBeThere, type ReplayOptions, replay } from './replay.ts'

/** Which letters are meant: those that fit all that is said; nothing said: all. */
export interface Selection {
  readonly id?: string | undefined
  readonly pipeline?: string | undefined
  /** An author's own code, or a row of the table. */
  readonly code?: string | undefined
}

/** The letters of one pipeline that died of one code. */
export interface DeadGroup {
  readonly pipeline: string
  readonly code: string
  readonly count: number
  /** Of their bodies. */
  readonly bytes: number
  /** When the oldest and the newest died, in milliseconds since the epoch. */
  readonly first: number
  readonly last: number
  /** The newest, five at most. */
  readonly newest: readonly DeadLetter[]
}

export interface DeadLetterDeskOptions extends ReplayOptions {
  readonly clock: Clock
  readonly log: Logger
}

/** Of a group, as examples. */
const newestMost = 5
/** Letters of one commit. */
const batchMost = 100

/** What operators see of the dead letters, and do to them. Everything rejects with STORE where the store says nothing. */
export class DeadLetterDesk {
  readonly #options: DeadLetterDeskOptions

  constructor(options: DeadLetterDeskOptions) {
    this.#options = options
  }

  /** By pipeline, a few seconds old. `look`: there may be any, so that the store is asked again, for the next time. */
  counts(look: boolean): ReadonlyMap<string, number> {
    const { tally } = this.#options.letters
    if (look || tally.counts.size > 0) tally.refresh()
    return tally.counts
  }

  /** By pipeline and code, what there is most of first. */
  async groups(selection: Selection): Promise<readonly DeadGroup[]> {
    const groups = new Map<string, DeadGroup>()
    for await (const page of this.#select(selection))
      for (const letter of page) {
        const key = JSON.stringify([letter.pipeline, letter.code])
        groups.set(key, withLetter(groups.get(key), letter))
      }
    return [...groups.values()].sort((a, b) => b.count - a.count)
  }

  /** The next letters beyond a sequence, the newest first. */
  async page(selection: Selection, after: number | undefined): Promise<readonly DeadLetter[]> {
    for await (const page of this.#select(selection, after)) if (page.length > 0) return page
    return []
  }

  /** Rejects with NOT_FOUND. */
  async show(id: string): Promise<{ readonly letter: DeadLetter; readonly message: StoredMessage }> {
    const found = await this.#options.letters.get(id)
    if (found === undefined) throw new SluiceError('NOT_FOUND', `there is no dead letter "${id}"`)
    return found
  }

  /** Runs them again, by the queues of their pipelines: see `replay`. */
  async replay(selection: Selection): Promise<{ readonly replayed: number }> {
    const { letters, log } = this.#options
    if (selection.id !== undefined) mustBeThere((await this.show(selection.id)).letter, this.#options)
    const replayed = await replay(this.#select(selection), this.#options)
    log.info('dead letters replayed', { ...selection, replayed })
    await letters.tally.measure()
    return { replayed }
  }

  /** Takes them away for good. */
  async drop(selection: Selection): Promise<{ readonly dropped: number }> {
    const { letters, log } = this.#options
    let dropped = 0
    for await (const page of this.#select(selection))
      for (let at = 0; at < page.length; at += batchMost) dropped += await this.#drop(page.slice(at, at + batchMost))
    if (dropped === 0 && selection.id !== undefined) await this.show(selection.id)
    log.info('dead letters dropped', { ...selection, dropped })
    await letters.tally.measure()
    return { dropped }
  }

  /** All in one commit; where one of them changed in between, each by itself. */
  async #drop(page: readonly DeadLetter[]): Promise<number> {
    const { letters, clock } = this.#options
    // Whoever asks for the state of one that was on a queue is told.
    const marks = page
      .filter(({ original }) => original.source.receipt !== undefined)
      .map(({ id }) => markOutcome(id, 'dropped', clock.now()))
    if (page.length === 0 || (await letters.take(page, marks))) return page.length
    if (page.length === 1) return 0
    let dropped = 0
    for (const letter of page) dropped += await this.#drop([letter])
    return dropped
  }

  async *#select({ id, pipeline, code }: Selection, after?: number): AsyncGenerator<readonly DeadLetter[], void, undefined> {
    const { letters } = this.#options
    const fits = (letter: DeadLetter): boolean =>
      (pipeline === undefined || letter.pipeline === pipeline) && (code === undefined || letter.code === code)
    if (id !== undefined) {
      const found = await letters.get(id)
      yield found !== undefined && fits(found.letter) ? [found.letter] : []
      return
    }
    for await (const page of letters.all(pipeline, after)) yield page.filter(fits)
  }
}

function withLetter(group: DeadGroup | undefined, letter: DeadLetter): DeadGroup {
  const { pipeline, code, size, diedAt } = letter
  if (group === undefined) return { pipeline, code, count: 1, bytes: size, first: diedAt, last: diedAt, newest: [letter] }
  return {
    ...group,
    count: group.count + 1,
    bytes: group.bytes + size,
    first: Math.min(group.first, diedAt),
    last: Math.max(group.last, diedAt),
    newest: group.newest.length < newestMost ? [...group.newest, letter] : group.newest,
  }
}
