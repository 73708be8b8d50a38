import { SluiceError } from '../../core/errors.ts'
import type { Change, Conflict } from '../../core/store.ts'
import type { Link } from './link.ts'
import { batchOf, type ChangeSet, changeSet } from './rows.ts'

/**
 * Commits of one node. While one batch is on its way, those that come wait, and go together as the next: one round trip and one
 * write to the disk for all of them, however many there are.
 */
export class Commits {
  readonly #link: Link
  readonly #waiting: Waiting[] = []
  #bytes = 0
  #running = false

  constructor(link: Link) {
    this.#link = link
  }

  /** Rejects with STORE; of sets that went together only the one that cannot be kept. */
  async add(changes: readonly Change[]): Promise<Conflict | undefined> {
    const set = changeSet(changes)
    if (this.#waiting.length >= mostWaiting || (this.#bytes + set.bytes > mostBytes && this.#waiting.length > 0))
      throw new SluiceError('STORE', `${doing}: ${this.#waiting.length} commits of ${this.#bytes} bytes wait already`)
    const { promise, resolve, reject } = Promise.withResolvers<Conflict | undefined>()
    this.#waiting.push({ set, resolve, reject })
    this.#bytes += set.bytes
    if (!this.#running) void this.#run()
    return await promise
  }

  async #run(): Promise<void> {
    this.#running = true
    // What comes in this turn of the loop goes with it.
    await Promise.resolve()
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) await this.#write(batch)
    this.#running = false
  }

  #next(): readonly Waiting[] {
    let bytes = 0
    let count = 0
    for (const { set } of this.#waiting) {
      if (count === batchCount || (count > 0 && bytes + set.bytes > batchBytes)) break
      bytes += set.bytes
      count++
    }
    this.#bytes -= bytes
    return this.#waiting.splice(0, count)
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const places = await this.#send(batch)
      for (const [at, { resolve }] of batch.entries()) {
        const place = places[at] ?? held
        resolve(place === held ? undefined : { at: place })
      }
    } catch (error) {
      const isHopeless = error instanceof SluiceError && error.retry === 'never'
      if (!isHopeless || batch.length === 1) for (const { reject } of batch) reject(error)
      else for (const one of batch) await this.#write([one])
    }
  }

  async #send(batch: readonly Waiting[]): Promise<readonly number[]> {
    const [sets, bodies] = batchOf(batch.map(({ set }) => set))
    const text = 'select commit_sets($1::text::jsonb, $2) as places'
    const [row] = await this.#link.query<{ readonly places: readonly number[] }>(text, [sets, bodies], { doing, writes: true })
    return row?.places ?? []
  }
}

interface Waiting {
  readonly set: ChangeSet
  readonly resolve: (conflict: Conflict | undefined) => void
  readonly reject: (error: unknown) => void
}

const doing = 'committing'
/** What `commit_sets` says of a set that was made. */
const held = -1
/** Of one batch; a single set goes whatever its bytes. */
const batchCount = 256
const batchBytes = 4 * 1024 * 1024
/** Of what waits for the next batches. */
const mostWaiting = 10_000
const mostBytes = 64 * 1024 * 1024
