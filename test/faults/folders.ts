import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Delivery } from './journal.ts'
import { hash } from './recorder.ts'

/** By name, in its order, the hash of each file in a folder; what never got its name is none. */
export async function contentsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder).catch(() => [])).filter(name => !name.startsWith('.')).toSorted()
  return new Map(await Promise.all(names.map(async name => [name, hash(await readFile(join(folder, name)))] as const)))
}

/** Files that lie in a folder for each life, in the order of the lives; nobody knows it within one. A name ends with `.bin`, and whatever tells deliveries apart. */
export async function deliveredBelow(folder: string): Promise<readonly Delivery[]> {
  const lives = (await readdir(folder)).map(Number).sort((a, b) => a - b)
  const all: Delivery[] = []
  for (const life of lives)
    for (const [name, found] of await contentsOf(join(folder, String(life))))
      all.push({ id: name.replace(/\.bin\..*/, '.bin'), hash: found, life })
  return all
}
