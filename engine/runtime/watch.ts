import { realpath } from 'node:fs/promises'
import { basename, dirname, sep } from 'node:path'
import type { Logger } from '../core/ports.ts'
import { Ears, type Spot } from '../files/ears.ts'
import { digestOf, readTexts } from '../files/read.ts'
import { type FolderTree, listTree } from '../files/tree.ts'

export interface WatchedFolder {
  /** An absolute path; what is not there is waited for. */
  readonly folder: string
  /** Which of its files count, at any depth. */
  readonly counts: (path: string) => boolean
}

export interface WatchOptions {
  readonly folders: readonly WatchedFolder[]
  /** Something is not as it was. Called from a timer, once for what happens together. */
  readonly changed: () => void
  readonly log: Logger
  /** How long it must have been quiet, in milliseconds; 200 by default. */
  readonly quietMs?: number
  /** How often is looked without having heard anything, in milliseconds; 30,000 by default. */
  readonly pollMs?: number
}

/** Steady noise does not put a change off for longer than so many times the quiet. */
const patience = 5

/** Whoever saves without renaming empties a file before filling it: an empty one may be half written for so many times the quiet. */
const emptyPatience = 10

/**
 * Watches folders, and the files that the configuration in them refers to, for another content: by listening at folders, and by looking every
 * half minute for what cannot be heard (network drives). Saving by renaming, half-written files and swapped links all end in the same
 * question: is what lies there now what was read last?
 */
export class Watch {
  readonly #options: WatchOptions
  readonly #ears: Ears
  /** Digests of the files in the folders, and of the others. */
  #inside: ReadonlyMap<string, string> = new Map()
  #referred: ReadonlyMap<string, string> = new Map()
  /** Of the files in the folders, those that the last load read. */
  #read: ReadonlySet<string> = new Set()
  #poll: NodeJS.Timeout | undefined
  #quiet: NodeJS.Timeout | undefined
  #heardFirst = 0
  /** Since when a file is empty that was not. */
  #emptySince: number | undefined
  #looking = false
  #asked = false
  #stopped = false

  private constructor(options: WatchOptions) {
    this.#options = options
    this.#ears = new Ears({
      heard: () => this.#heard(),
      deaf: error => options.log.warn('watching', { reason: 'changes are looked for every half minute only', error }),
    })
  }

  /** Notes how everything is: what changes from here on is told. Never rejects. */
  static async start(options: WatchOptions): Promise<Watch> {
    const watch = new Watch(options)
    watch.#inside = await watch.#lookInside()
    watch.#poll = setInterval(() => watch.#look(), options.pollMs ?? 30_000).unref()
    return watch
  }

  /** What a load read, and how it was then, by absolute path: the truth to compare with from here on. */
  read(digests: ReadonlyMap<string, string>): void {
    if (this.#stopped) return
    const read = new Map<string, string>()
    const referred = new Map<string, string>()
    for (const [path, digest] of digests) (this.#isInside(path) ? read : referred).set(path, digest)
    // What this load did not find any more is known to be gone.
    this.#inside = new Map([...[...this.#inside].filter(([path]) => !this.#read.has(path)), ...read])
    this.#read = new Set(read.keys())
    const before = this.#referred
    this.#referred = referred
    // Where files are referred to that were not before, there is something more to listen at.
    if ([...referred.keys()].some(path => !before.has(path))) this.#heard()
  }

  /** Idempotent. Nothing is told any more; a look that is under way is not waited for, since a drive may never answer. */
  stop(): void {
    this.#stopped = true
    clearInterval(this.#poll)
    clearTimeout(this.#quiet)
    this.#ears.close()
  }

  get #quietMs(): number {
    return this.#options.quietMs ?? 200
  }

  #heard(): void {
    if (this.#stopped) return
    const quietMs = this.#quietMs
    const now = performance.now()
    if (this.#quiet === undefined) this.#heardFirst = now
    else clearTimeout(this.#quiet)
    const longest = this.#heardFirst + quietMs * patience - now
    this.#quiet = setTimeout(() => this.#look(), Math.max(0, Math.min(quietMs, longest)))
  }

  /** One look at a time; what is asked for meanwhile is one more. */
  #look(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
    this.#asked = true
    if (this.#looking) return
    this.#looking = true
    this.#lookOn()
      .catch(error => this.#options.log.error('watching', { error }))
      .finally(() => {
        this.#looking = false
      })
  }

  async #lookOn(): Promise<void> {
    while (this.#asked && !this.#stopped) {
      this.#asked = false
      await this.#compare()
    }
  }

  async #compare(): Promise<void> {
    const [knownInside, knownReferred] = [this.#inside, this.#referred]
    const inside = await this.#lookInside()
    const referred = await digests([...knownReferred.keys()])
    if (this.#stopped) return
    if (knownInside !== this.#inside || knownReferred !== this.#referred) {
      // A load was finished meanwhile, and knows better how things were.
      this.#asked = true
      return
    }
    if (this.#mayBeFilled(inside)) {
      this.#heard()
      return
    }
    this.#inside = inside
    this.#referred = referred
    if (!isSame(inside, knownInside) || !isSame(referred, knownReferred)) this.#options.changed()
  }

  #mayBeFilled(inside: ReadonlyMap<string, string>): boolean {
    const isEmptied = [...inside].some(([path, digest]) => digest === digestOfNothing && (this.#inside.get(path) ?? digest) !== digest)
    const now = performance.now()
    this.#emptySince = isEmptied ? (this.#emptySince ?? now) : undefined
    return this.#emptySince !== undefined && now - this.#emptySince < this.#quietMs * emptyPatience
  }

  /** Listens first and looks then: between the two nothing gets lost. */
  async #lookInside(): Promise<ReadonlyMap<string, string>> {
    const look = (): Promise<readonly FolderTree[]> =>
      Promise.all(this.#options.folders.map(({ folder }) => listTree(folder).catch(() => empty)))
    let trees = await look()
    for (let again = 0; again < 3 && (await this.#listen(trees)); again++) trees = await look()
    const files = trees.flatMap(({ files }, at) => files.filter(path => this.#options.folders[at]?.counts(path)))
    return await digests(files)
  }

  async #listen(trees: readonly FolderTree[]): Promise<boolean> {
    const roots = this.#options.folders.map(({ folder }) => ({ folder: dirname(folder), names: new Set([basename(folder)]) }))
    const inside = trees.flatMap(({ folders, linked }) => [...folders, ...linked].map(folder => ({ folder })))
    const missing = this.#options.folders.map(({ folder }) => ({ folder }))
    const referred = await Promise.all([...this.#referred.keys()].map(spotsOf))
    return !this.#stopped && this.#ears.at([...roots, ...missing, ...inside, ...referred.flat()])
  }

  #isInside(path: string): boolean {
    return this.#options.folders.some(({ folder, counts }) => path.startsWith(folder + sep) && counts(path))
  }
}

const empty: FolderTree = { folders: [], files: [], linked: new Set() }
const digestOfNothing = digestOf('')

/** Where to listen for a file: where it is named, for itself and for the link by which Kubernetes swaps a whole volume; and where it really lies. */
async function spotsOf(path: string): Promise<readonly Spot[]> {
  const spots: Spot[] = [{ folder: dirname(path), names: new Set([basename(path), '..data']) }]
  const real = await realpath(path).catch(() => path)
  if (real !== path) spots.push({ folder: dirname(real), names: new Set([basename(real)]) })
  return spots
}

const digests = async (paths: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  new Map([...(await readTexts(paths))].map(([path, { digest }]) => [path, digest]))

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([path, digest]) => b.get(path) === digest)
