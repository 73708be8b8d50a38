import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What lies below a folder. */
export interface FolderTree {
  /** Itself, and every folder below it; sorted. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
  /** Folders elsewhere, where files lie that are linked from here. */
  readonly linked: ReadonlySet<string>
}

/**
 * Lists a folder at any depth. Names that begin with a dot are skipped, so that what Kubernetes keeps twice is seen once, and `node_modules`;
 * links are followed, each folder once; a link to nothing counts as a file. Rejects where a folder may not be listed: half a tree is none.
 */
export async function listTree(folder: string): Promise<FolderTree> {
  const tree: Growing = { folders: [], files: [], linked: new Set(), seen: new Set() }
  await visit(folder, tree)
  return { folders: tree.folders.sort(), files: tree.files.sort(), linked: tree.linked }
}

interface Growing {
  readonly folders: string[]
  readonly files: string[]
  readonly linked: Set<string>
  readonly seen: Set<string>
}

async function visit(folder: string, tree: Growing): Promise<void> {
  const real = await realpath(folder)
  if (tree.seen.has(real)) return
  tree.seen.add(real)
  const entries = await readdir(folder, { withFileTypes: true })
  tree.folders.push(folder)
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    const found = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry
    if (found?.isDirectory() === true) await visit(path, tree).catch(unlessGone)
    else if (found === undefined || found.isFile()) tree.files.push(path)
    if (entry.isSymbolicLink() && found?.isFile() === true) tree.linked.add(dirname(await realpath(path).catch(() => path)))
  }
}

/** Somebody removed it between two looks. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
