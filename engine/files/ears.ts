import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** A folder to listen at; with `names`, only for what happens to them. */
export interface Spot {
  readonly folder: string
  readonly names?: ReadonlySet<string> | undefined
}

export interface EarsOptions {
  /** Something may have changed. */
  readonly heard: () => void
  /** Told once, when the system has no more watches to give: what is not heard has to be looked at. */
  readonly deaf: (error: unknown) => void
}

/** At most so many folders are listened at. */
const most = 4_000

/**
 * Listens at folders, not at files: a file that is replaced takes its listener with it, a folder in which that happens stays. A folder that
 * was replaced itself is listened at anew.
 */
export class Ears {
  readonly #options: EarsOptions
  readonly #watchers = new Map<string, Placed>()
  #complained = false

  constructor(options: EarsOptions) {
    this.#options = options
  }

  /** Listens at these spots, and no others. A folder that is not there is waited for where it would come. True where a new one was begun. */
  at(spots: readonly Spot[]): boolean {
    const wanted = merged(spots.map(spot => existing(spot)).filter(spot => spot !== undefined)).slice(0, most)
    const names = new Map(wanted.map(spot => [spot.folder, spot]))
    for (const [folder, placed] of this.#watchers)
      if (!names.has(folder) || identity(folder) !== placed.identity) this.#drop(folder, placed.watcher)
    let begun = false
    for (const spot of wanted) begun = this.#listen(spot) || begun
    return begun
  }

  close(): void {
    for (const [folder, { watcher }] of this.#watchers) this.#drop(folder, watcher)
  }

  #listen({ folder, names }: Spot): boolean {
    const placed = this.#watchers.get(folder)
    if (placed !== undefined) {
      placed.names = names
      return false
    }
    try {
      const watcher = watch(folder, { persistent: false })
      const mine: Placed = { watcher, names, identity: identity(folder) }
      watcher.on('change', (_kind, name) => {
        if (mine.names === undefined || name === null || mine.names.has(String(name))) this.#options.heard()
      })
      watcher.on('error', () => {
        this.#drop(folder, watcher)
        this.#options.heard()
      })
      this.#watchers.set(folder, mine)
      return true
    } catch (error) {
      // It may have gone since it was looked for; anything else is the system's limit.
      if (identity(folder) !== '' && !this.#complained) this.#options.deaf(error)
      this.#complained ||= identity(folder) !== ''
      return false
    }
  }

  #drop(folder: string, watcher: FSWatcher): void {
    watcher.close()
    if (this.#watchers.get(folder)?.watcher === watcher) this.#watchers.delete(folder)
  }
}

interface Placed {
  readonly watcher: FSWatcher
  readonly identity: string
  names: ReadonlySet<string> | undefined
}

/** The folder itself, or the nearest above it, where the next one on the way is waited for. */
function existing(spot: Spot): Spot | undefined {
  let { folder, names } = spot
  while (identity(folder) === '') {
    const above = dirname(folder)
    if (above === folder) return undefined
    names = new Set([basename(folder)])
    folder = above
  }
  return { folder, names }
}

/** One spot a folder: all that is wanted of it. */
function merged(spots: readonly Spot[]): readonly Spot[] {
  const all = new Map<string, Spot>()
  for (const { folder, names } of spots) {
    const known = all.get(folder)
    const both =
      known === undefined ? names : known.names === undefined || names === undefined ? undefined : new Set([...known.names, ...names])
    all.set(folder, { folder, names: both })
  }
  return [...all.values()]
}

function identity(folder: string): string {
  try {
    const { dev, ino } = statSync(folder)
    return `${dev}/${ino}`
  } catch {
    return ''
  }
}
