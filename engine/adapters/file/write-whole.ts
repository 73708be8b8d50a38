import { randomUUID } from 'node:crypto'
import { constants, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Size } from '../../core/duration.ts'
import { SluiceError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'
import { toFileError } from './file-error.ts'

export interface WriteOptions {
  readonly maxSize: Size
  /** Cut before the end, it leaves what was there before. */
  readonly scope: Scope
}

/** Writes a file whole or not at all, and on the disk when it resolves: into a new file beside it, which then takes its name. */
export async function writeWhole(path: string, bytes: Uint8Array, { maxSize, scope }: WriteOptions): Promise<void> {
  const doing = `writing ${path}`
  if (bytes.length > maxSize)
    throw new SluiceError('ARGUMENT_INVALID', `${doing}: the content is larger than \`maxSize\`, ${maxSize} bytes`)
  const folder = dirname(path)
  // Nothing that looks for files takes one that is called so.
  const part = join(folder, `.${randomUUID()}.part`)
  try {
    await writeSynced(part, bytes)
    scope.check()
    await rename(part, path)
  } catch (error) {
    await unlink(part).catch(() => {})
    throw toFileError(error, doing)
  }
  await syncFolder(folder)
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The new name is on the disk too. Where a file system does not offer that, it is as it is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY).catch(() => undefined)
  try {
    await handle?.sync()
  } catch {
  } finally {
    await handle?.close()
  }
}
