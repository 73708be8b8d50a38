import { createHash } from 'node:crypto'
import type { Store } from '../core/store.ts'
import { prune } from './prune.ts'

/** How many are kept of one set of folders, and how many bytes they may take together; the oldest go first. */
const bounds = { count: 100, bytes: 64 * 1024 * 1024 }
/** How many are looked at for one that is whole. */
const most = 10

/** Texts of configurations that ran on any node of a cluster, as entries of kind `revision`: one for each hash, the one that came to run last the newest. */
export class SharedRevisions {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async keep(folders: readonly string[], hash: string, text: string): Promise<void> {
    const group = groupOf(folders)
    await this.#store.commit([{ put: { kind: 'revision', key: `${group} ${hash}`, group, body: new TextEncoder().encode(text) } }])
    await prune(this.#store, 'revision', group, bounds)
  }

  /** The newest of these folders that can be read: of which `read` gives something. */
  async newest<T>(folders: readonly string[], read: (text: string) => T | undefined): Promise<T | undefined> {
    const group = groupOf(folders)
    for (const { key } of await this.#store.list({ kind: 'revision', group, newestFirst: true, limit: most })) {
      const entry = await this.#store.get('revision', key)
      const found = entry && read(new TextDecoder().decode(entry.body))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** Folders by absolute path: nodes of one cluster have them in the same place. */
const groupOf = (folders: readonly string[]): string => createHash('sha256').update(folders.join('\n')).digest('hex').slice(0, 32)
