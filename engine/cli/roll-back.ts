import { realpath, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Snapshot } from '../config/snapshot.ts'
import { SluiceError } from '../core/errors.ts'
import { readText } from '../files/read.ts'
import { listTree } from '../files/tree.ts'
import { writeWhole } from '../files/write.ts'

type Texts = ReadonlyMap<string, string>

/** What lies now where a snapshot was made: every `*.yaml` of its folders, and every other file of its own. */
export async function readFolders({ folders, files }: Snapshot): Promise<Texts> {
  const trees = await Promise.all(folders.map(folder => listTree(folder).catch(() => undefined)))
  const listed = trees.flatMap(tree => tree?.files ?? []).filter(path => path.endsWith('.yaml'))
  const texts = new Map<string, string>()
  for (const path of new Set([...listed, ...files.map(file => file.path)])) {
    const read = await readText(path)
    if ('text' in read) texts.set(path, read.text)
  }
  return texts
}

/** Writes what is different, each file whole or not at all, and removes what was not there. Rejects, before the first is written, where one may not be. */
export async function rollBack(before: Texts, after: Texts): Promise<void> {
  const changed = [...after].filter(([path, text]) => before.get(path) !== text)
  const gone = [...before.keys()].filter(path => !after.has(path))
  for (const path of [...changed.map(([path]) => path), ...gone]) await refuseMounted(path)
  try {
    for (const [path, text] of changed) await writeWhole(path, text, await modeOf(path))
    for (const path of gone) await rm(path)
  } catch (cause) {
    throw new SluiceError('INTERNAL', `writing the folder: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** What Kubernetes mounts, it writes itself. */
async function refuseMounted(path: string): Promise<void> {
  const real = await realpath(path).catch(() => realpath(dirname(path)).catch(() => path))
  if (real.includes('/..'))
    throw new SluiceError('CONFLICT', `${path} belongs to a volume that Kubernetes mounts; roll back the ConfigMap or Secret instead`)
}

async function modeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ mode }) => mode & 0o777,
    () => undefined,
  )
}
