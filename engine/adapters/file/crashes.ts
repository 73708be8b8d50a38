import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, isSame, type Seen } from './look.ts'

/** Its name among those of the owners of claims. */
export const crashesName = 'crashed'

/** Of files that were never put away since, in milliseconds. */
const keptMs = 30 * 86_400_000

interface CrashRecord extends Omit<Seen, 'path'> {
  readonly count: number
}

/**
 * How often the gateway ended while it worked on a file, kept beside the claims: written when a claim of the dead is given back, and so only after a
 * crash. A file that kills whoever reads it is told by that.
 */
export class Crashes {
  readonly #folder: string

  /** `hidden`: where the claims are. */
  constructor(hidden: string) {
    this.#folder = join(hidden, crashesName)
  }

  /** 0 for a file that is another one by now. */
  async of(file: Seen): Promise<number> {
    const text = await readFile(this.#recordOf(file), 'utf8').catch(error => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    })
    const record = text === undefined ? undefined : parsed(text)
    return record !== undefined && isSame(record, file) ? record.count : 0
  }

  /** One more. */
  async add(file: Seen): Promise<void> {
    const { size, modifiedMs, inode } = file
    const record: CrashRecord = { size, modifiedMs, inode, count: (await this.of(file)) + 1 }
    await mkdir(this.#folder, { recursive: true })
    await writeFile(this.#recordOf(file), JSON.stringify(record))
  }

  /** It is put away. */
  async forget(file: Pick<Seen, 'path'>): Promise<void> {
    await rm(this.#recordOf(file), { force: true })
    await rmdir(this.#folder).catch(() => undefined)
  }

  /** Those of files that somebody else took away. */
  async tidy(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const at = join(this.#folder, name)
      const stat = await lstat(at).catch(() => undefined)
      if (stat !== undefined && Date.now() - stat.mtimeMs > keptMs) await rm(at, { force: true })
    }
  }

  #recordOf({ path }: Pick<Seen, 'path'>): string {
    return join(this.#folder, createHash('sha256').update(path).digest('hex').slice(0, 32))
  }
}

/** A crash may have come amid its writing. */
function parsed(text: string): CrashRecord | undefined {
  try {
    // what `add` wrote
    return JSON.parse(text) as CrashRecord
  } catch {
    return undefined
  }
}
