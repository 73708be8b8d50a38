import type { Dirent, Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Matches } from './pattern.ts'

/** A file as it was seen. */
export interface Seen {
  /** Below the folder, with `/` between names. */
  readonly path: string
  readonly size: number
  readonly modifiedMs: number
  readonly inode: number
}

export interface LookOptions {
  readonly matches: Matches
  /** Whether folders below are looked into. */
  readonly deep: boolean
  /** Folders that are not looked into, by their whole path. */
  readonly besides: ReadonlySet<string>
}

export interface Looked {
  /** By path. */
  readonly files: readonly Seen[]
  /** There are more than were taken down. */
  readonly more: boolean
  /** What could not be looked at. */
  readonly trouble: readonly string[]
}

/** Files of one look; those first by path. */
const most = 10_000
/** Folders within folders. */
const deepest = 8
/** Asked of the file system at once. */
const atOnce = 32

/** The regular files of a folder that are meant. Rejects where the folder itself cannot be read. */
export async function look(root: string, options: LookOptions): Promise<Looked> {
  const names = new Names()
  const trouble: string[] = []
  const walk = async (below: string, depth: number): Promise<void> => {
    const inner: string[] = []
    for await (const entry of await opendir(join(root, below), { bufferSize: 256 })) {
      const path = `${below}${entry.name}`
      const kind = kindOf(entry)
      if (kind === 'folder') inner.push(path)
      if (kind === 'file' && options.matches(path)) names.add(path)
    }
    if (!options.deep || depth === deepest) return
    for (const path of inner.sort())
      if (!options.besides.has(join(root, path)))
        await walk(`${path}/`, depth + 1).catch(error => trouble.push(`looking into ${path}: ${codeOf(error)}`))
  }
  await walk('', 0)
  const files = await inspect(root, names.first(most), trouble)
  return { files, more: names.more, trouble }
}

/** What an error of the file system is called. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : thrown instanceof Error ? thrown.message : 'an unknown error'

/** Of the file itself, not of what a link means; undefined where there is none of this name any more, or where it cannot be looked at. */
export async function inspectOne(at: string): Promise<Omit<Seen, 'path'> | undefined> {
  const stat: Stats | undefined = await lstat(at).catch(() => undefined)
  return stat?.isFile() === true ? { size: stat.size, modifiedMs: stat.mtimeMs, inode: stat.ino } : undefined
}

export const isSame = (a: Omit<Seen, 'path'>, b: Omit<Seen, 'path'>): boolean =>
  a.size === b.size && a.modifiedMs === b.modifiedMs && a.inode === b.inode

async function inspect(root: string, paths: readonly string[], trouble: string[]): Promise<readonly Seen[]> {
  const found: Seen[] = []
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce)
    const facts = await Promise.all(some.map(path => inspectOne(join(root, path))))
    for (const [at, path] of some.entries()) {
      const fact = facts[at]
      if (fact !== undefined) found.push({ path, ...fact })
      // It was read with a sign in place of what it has, and there is nothing of that name.
      else if (path.includes('\ufffd')) trouble.push(`${path} is left: its name is not UTF-8`)
    }
  }
  return found
}

/** Hidden, half-written, a link, a socket: none of ours. */
function kindOf(entry: Dirent): 'file' | 'folder' | undefined {
  if (entry.name.startsWith('.')) return undefined
  if (entry.isDirectory()) return 'folder'
  return entry.isFile() && !/\.(part|tmp)$/i.test(entry.name) ? 'file' : undefined
}

/** The first by name of however many there are, in bounded memory. */
class Names {
  #names: string[] = []
  more = false

  add(name: string): void {
    this.#names.push(name)
    if (this.#names.length >= 2 * most) this.first(most)
  }
  first(count: number): readonly string[] {
    this.#names.sort()
    if (this.#names.length > count) {
      this.#names.length = count
      this.more = true
    }
    return this.#names
  }
}
