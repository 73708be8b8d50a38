import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scratch, sluice } from '../support/gateway.ts'

/** A folder in which commands are run, with files of one's own. */
export interface Project extends AsyncDisposable {
  readonly folder: string
  write(name: string, content: string | Uint8Array): Promise<void>
  /** Runs one command in it. */
  run(args: readonly string[], options?: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> }): Answer
}
type Answer = ReturnType<typeof sluice>

export async function project(files: Readonly<Record<string, string>>): Promise<Project> {
  const { folder, remove } = await scratch()
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  for (const [name, text] of Object.entries(files)) await write(name, text)
  return { folder, write, run: (args, options) => sluice(args, { ...options, folder }), [Symbol.asyncDispose]: remove }
}
