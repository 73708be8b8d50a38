import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { asSluiceError } from '../core/errors.ts'
import type { Logger } from '../core/ports.ts'
import type { SharedRevisions } from '../durable/revisions.ts'
import { writeWhole } from '../files/write.ts'
import { decodeRevision, encodeRevision, type KeptRevision } from './kept-revision.ts'

/** How many are kept, and how many bytes they may take together; the oldest go first. */
const most = 100
const mostBytes = 64 * 1024 * 1024

/**
 * The configurations that ran, one file each below `<data>/revisions`, readable by this user alone: what `sluice revisions` shows, and what a
 * start on a broken folder falls back to. Secrets are not in them. Where nodes share a store, each has them there too, for the nodes that have no
 * file of their own: it is written to in the background and read only for such a start, so that no start waits for it.
 */
export class Revisions {
  readonly folder: string
  /** The highest number that was ever given, as far as files tell; 0 where there is none. */
  readonly highest: number
  /** The newest that can be read, at the time of `open`. */
  readonly newest: KeptRevision | undefined
  readonly #shared: SharedRevisions | undefined
  /** What is not on the disk yet: never more than is kept in the end. */
  readonly #waiting: KeptRevision[] = []
  #writing: Promise<void> | undefined

  private constructor(folder: string, highest: number, newest: KeptRevision | undefined, shared: SharedRevisions | undefined) {
    this.folder = folder
    this.highest = highest
    this.newest = newest
    this.#shared = shared
  }

  /** Looks into the folder of data. Never rejects: where nothing can be read, nothing is kept yet. */
  static async open(data: string, shared?: SharedRevisions): Promise<Revisions> {
    const folder = join(data, 'revisions')
    const numbers = await listNumbers(folder)
    return new Revisions(folder, numbers[0] ?? 0, await firstWhole(folder, numbers, () => true), shared)
  }

  /** All that can be read, the newest first. */
  async list(): Promise<readonly KeptRevision[]> {
    const numbers = await listNumbers(this.folder)
    const found = await Promise.all(numbers.map(number => readOne(this.folder, number)))
    return found.filter(kept => kept !== undefined)
  }

  async read(number: number): Promise<KeptRevision | undefined> {
    return await readOne(this.folder, number)
  }

  /** The newest that was made of these folders, by absolute path: on this node, or on any that shares its store. */
  async lastGood(folders: readonly string[], log: Logger): Promise<KeptRevision | undefined> {
    const isOf = ({ snapshot }: KeptRevision): boolean => snapshot.folders.join('\n') === folders.join('\n')
    const own = await firstWhole(this.folder, await listNumbers(this.folder), isOf)
    const shared = await this.#shared?.newest(folders, decodeRevision).catch(error => {
      log.warn('shared revisions not read', { error: asSluiceError(error) })
      return undefined
    })
    return shared === undefined || (own !== undefined && own.at >= shared.at) ? own : shared
  }

  /** Writes one, in turn and in the background. What goes wrong is a warning: the gateway runs without it. */
  keep(kept: KeptRevision, log: Logger): void {
    this.#waiting.push(kept)
    if (this.#waiting.length > most) this.#waiting.shift()
    this.#writing ??= this.#writeAll(log)
  }

  /** The newest, which is on the disk already, runs again: nodes that share the store should know it. */
  confirm(log: Logger): void {
    if (this.#shared !== undefined && this.newest !== undefined) this.keep(this.newest, log)
  }

  /** Resolves when what was given to `keep` is on the disk, or could not be written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #writeAll(log: Logger): Promise<void> {
    for (let kept = this.#waiting.shift(); kept !== undefined; kept = this.#waiting.shift()) {
      const { number, snapshot } = kept
      const text = encodeRevision(kept)
      await this.#write(number, text).catch(error =>
        log.warn('revision not kept', { revision: number, folder: this.folder, error: asSluiceError(error) }),
      )
      await this.#shared
        ?.keep(snapshot.folders, snapshot.hash, text)
        .catch(error => log.warn('revision not shared', { revision: number, error: asSluiceError(error) }))
    }
    this.#writing = undefined
  }

  async #write(number: number, text: string): Promise<void> {
    if (text.length > mostBytes) throw new Error(`the configuration is larger than the ${mostBytes} bytes that are kept`)
    await writeWhole(fileOf(this.folder, number), text, 0o600)
    await this.#prune()
  }

  async #prune(): Promise<void> {
    const drafts = (await readdir(this.folder)).filter(name => name.startsWith('.'))
    for (const name of drafts) await rm(join(this.folder, name), { force: true })
    let bytes = 0
    for (const [at, number] of (await listNumbers(this.folder)).entries()) {
      const path = fileOf(this.folder, number)
      bytes += (await stat(path)).size
      if (at >= most || bytes > mostBytes) await rm(path, { force: true })
    }
  }
}

const fileOf = (folder: string, number: number): string => join(folder, `${String(number).padStart(6, '0')}.json`)

/** The highest first. */
async function listNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter(name => /^\d{6,}\.json$/.test(name))
    .map(name => Number.parseInt(name, 10))
    .sort((a, b) => b - a)
}

async function firstWhole(
  folder: string,
  numbers: readonly number[],
  fits: (kept: KeptRevision) => boolean,
): Promise<KeptRevision | undefined> {
  for (const number of numbers) {
    const kept = await readOne(folder, number)
    if (kept !== undefined && fits(kept)) return kept
  }
  return undefined
}

async function readOne(folder: string, number: number): Promise<KeptRevision | undefined> {
  const text = await readFile(fileOf(folder, number), 'utf8').catch(() => '')
  const kept = decodeRevision(text)
  return kept?.number === number ? kept : undefined
}
