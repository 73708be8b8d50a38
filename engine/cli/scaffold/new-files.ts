import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { shorter } from '../findings.ts'
import { InputError } from '../input.ts'

/** Texts by absolute path. */
export type NewFiles = Readonly<Record<string, string>>

/** Writes files that are not there yet, all or none; gives their names as a person in `folder` says them. Throws InputError where one is there. */
export async function writeNew(files: NewFiles, folder: string): Promise<readonly string[]> {
  const there = Object.keys(files).filter(existsSync)
  if (there.length > 0)
    throw new InputError(
      `nothing was written: ${there.map(path => `"${shorter(path, folder)}"`).join(', ')} ${there.length === 1 ? 'is' : 'are'} there already`,
    )
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  }
  return Object.keys(files).map(path => shorter(path, folder))
}

/** Throws InputError for what is no name of a component. */
export function checkName(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new InputError(`"${name}" is no name: write it in kebab-case, such as get-rate`)
}
