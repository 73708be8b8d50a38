import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a whole file or nothing: beside it under a name that begins with a dot, to the disk, then renamed. Makes the folders that are missing.
 * A link is written through. `mode` is that of the file, 0644 by default.
 */
export async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const folder = dirname(target)
  await mkdir(folder, { recursive: true })
  const draft = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await withFile(await open(draft, 'wx', mode), async file => {
      await file.writeFile(text)
      await file.sync()
    })
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await withFile(await open(folder, 'r'), file => file.sync())
}

async function withFile(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  await work(file).finally(() => file.close())
}
