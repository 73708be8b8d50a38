import { lstat, mkdir, readdir, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Crashes, crashesName } from './crashes.ts'
import { codeOf, inspectOne, isSame, type Seen } from './look.ts'
import { moveTo } from './move.ts'
import { isOver, nameOwner } from './owner.ts'

/** A file that only this process works on. */
export interface Claimed extends Seen {
  /** Where it is meanwhile. */
  readonly at: string
  /** How often the gateway ended while it worked on it. */
  readonly crashed: number
}

/** What `sweep` did. */
export interface Swept {
  /** Files that went back. */
  readonly returned: number
  /** What could not be given back, and why. */
  readonly trouble: readonly string[]
}

/** A claim whose owner gave no sign of life for so long is nobody's, in milliseconds. */
const staleMs = 300_000
const hidden = '.sluice'

/**
 * Files out of sight while they are worked on: `a/b.csv` is `.sluice/<owner>/<count>/a/b.csv`. An owner gives signs of life; what belongs to one that
 * is over, or silent for five minutes, goes back, and is known to have been worked on then. Times are those of the file system alone: clocks of nodes may differ.
 */
export class Claims {
  #owner: Promise<string> | undefined
  /** The folder of the own claims, once there was one. */
  #own: string | undefined
  #count = 0
  /** Could not go back, since another file had the name. */
  readonly #stuck = new Set<Claimed>()

  /** Undefined where somebody else was quicker, or where it is not the file any more that was seen. */
  async take(root: string, seen: Seen): Promise<Claimed | undefined> {
    const place = join(await this.#open(root), String(this.#count++))
    const crashed = await new Crashes(join(root, hidden)).of(seen)
    const claimed = { ...seen, at: join(place, seen.path), crashed }
    await mkdir(dirname(claimed.at), { recursive: true })
    try {
      await rename(join(root, seen.path), claimed.at)
    } catch (error) {
      await rm(place, { recursive: true, force: true })
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
    if (await this.isWhole(claimed)) return claimed
    await this.giveBack(root, claimed)
    return undefined
  }

  /** Whether it is still the file that was claimed. */
  async isWhole(claimed: Claimed): Promise<boolean> {
    const now = await inspectOne(claimed.at)
    return now !== undefined && isSame(now, claimed)
  }

  /** To where it was; false where another file has its name by now: then it stays, and `sweep` tries again. */
  async giveBack(root: string, claimed: Claimed): Promise<boolean> {
    const back = await returnFile(root, claimed)
    if (back) await this.#leave(claimed)
    else this.#stuck.add(claimed)
    return back
  }

  /** It is put away, wherever that is. */
  async end(root: string, claimed: Claimed): Promise<void> {
    if (claimed.crashed > 0) await new Crashes(join(root, hidden)).forget(claimed)
    await this.#leave(claimed)
  }

  async #leave({ at, path }: Claimed): Promise<void> {
    await rm(at.slice(0, at.length - path.length), { recursive: true, force: true })
  }

  /** A sign of life. */
  async beat(): Promise<void> {
    if (this.#own === undefined) return
    await writeFile(join(this.#own, 'alive'), '').catch(error => {
      // The folder was taken away, and the claims with it.
      if (codeOf(error) !== 'ENOENT') throw error
    })
  }

  /** Gives back what nobody works on any more. */
  async sweep(root: string): Promise<Swept> {
    let returned = 0
    const trouble: string[] = []
    for (const claimed of this.#stuck) {
      this.#stuck.delete(claimed)
      if (await this.giveBack(root, claimed)) returned++
      else trouble.push(taken(claimed.path))
    }
    const own = await this.#name()
    for (const owner of await namesIn(join(root, hidden)))
      if (owner !== own && owner !== crashesName)
        try {
          const swept = await this.#sweepOther(root, owner, own)
          returned += swept.returned
          trouble.push(...swept.trouble)
        } catch (error) {
          // Another node was quicker.
          if (codeOf(error) !== 'ENOENT') trouble.push(`giving back files that were claimed: ${codeOf(error)}`)
        }
    await new Crashes(join(root, hidden)).tidy()
    return { returned, trouble }
  }

  /** Leaves nothing behind but files that could not go back. */
  async close(): Promise<void> {
    if (this.#own === undefined) return
    await removeEmpty(this.#own)
    await rmdir(dirname(this.#own)).catch(() => {})
    this.#own = undefined
  }

  async #open(root: string): Promise<string> {
    const own = join(root, hidden, await this.#name())
    if (this.#own === own) return own
    await mkdir(join(root, hidden), { recursive: true })
    if (!(await lstat(join(root, hidden))).isDirectory()) throw new Error(`${hidden} is no folder`)
    await mkdir(own, { recursive: true })
    this.#own = own
    await this.beat()
    return own
  }

  #name(): Promise<string> {
    this.#owner ??= nameOwner()
    return this.#owner
  }

  async #sweepOther(root: string, owner: string, own: string): Promise<Swept> {
    const folder = join(root, hidden, owner)
    if (!(await isOver(owner, own)) && !(await this.#isSilent(root, folder))) return { returned: 0, trouble: [] }
    let returned = 0
    const trouble: string[] = []
    for (const { at, path } of await filesOf(folder))
      if (await this.#returnOther(root, { at, path })) returned++
      else trouble.push(taken(path))
    await removeEmpty(folder)
    return { returned, trouble }
  }

  /** Noted first: should this process end too, it was worked on all the same. */
  async #returnOther(root: string, lying: Lying): Promise<boolean> {
    const file = await inspectOne(lying.at)
    if (file !== undefined) await new Crashes(join(root, hidden)).add({ ...file, path: lying.path })
    return await returnFile(root, lying)
  }

  async #isSilent(root: string, folder: string): Promise<boolean> {
    const own = await this.#open(root)
    await this.beat()
    const [now, then] = await Promise.all([lstat(join(own, 'alive')), lstat(join(folder, 'alive')).catch(() => lstat(folder))])
    return now.mtimeMs - then.mtimeMs > staleMs
  }
}

const taken = (path: string): string => `giving back ${path}: there is another file of this name`

interface Lying {
  readonly at: string
  readonly path: string
}

/** False where the name is taken. */
async function returnFile(root: string, { at, path }: Lying): Promise<boolean> {
  const to = join(root, path)
  await mkdir(dirname(to), { recursive: true })
  const above = await realpath(dirname(to))
  if (above !== root && !above.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new Error(`${path}: a link leads out of the folder`)
  return await moveTo(at, to)
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  await readdir(folder).catch(error => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })

/** The claimed files of an owner: below a number each. */
async function filesOf(folder: string): Promise<readonly Lying[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && entry.parentPath !== folder)
    .map(entry => join(entry.parentPath, entry.name))
    .map(at => ({ at, path: at.slice(at.indexOf(sep, folder.length + 1) + 1) }))
}

/** What an owner had, as long as no file is left in it. */
async function removeEmpty(folder: string): Promise<void> {
  if ((await filesOf(folder).catch(() => [])).length === 0) await rm(folder, { recursive: true, force: true })
}
