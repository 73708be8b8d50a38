import { constants, type FileHandle, open } from 'node:fs/promises'
import type { Size } from '../../core/duration.ts'
import { SluiceError } from '../../core/errors.ts'
import { toFileError } from './file-error.ts'

/** The bytes of a regular file as long as it was when it was opened. A larger one than `maxSize` is UPSTREAM_MALFORMED. */
export async function readWhole(path: string, maxSize: Size): Promise<Uint8Array> {
  const doing = `reading ${path}`
  let file: FileHandle | undefined
  try {
    // Not through a link put there since it was looked at, and without waiting for the other end of a named pipe.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const { size, isFile } = await kindOf(file)
    if (!isFile) throw new SluiceError('UPSTREAM_REFUSED', `${doing}: it is no file`, { answer: { status: 404 } })
    if (size > maxSize) throw new SluiceError('UPSTREAM_MALFORMED', `${doing}: the file is larger than \`maxSize\`, ${maxSize} bytes`)
    return await fill(file, Buffer.allocUnsafe(size))
  } catch (error) {
    throw toFileError(error, doing)
  } finally {
    await file?.close()
  }
}

async function kindOf(file: FileHandle): Promise<{ readonly size: number; readonly isFile: boolean }> {
  const stat = await file.stat()
  return { size: stat.size, isFile: stat.isFile() }
}

async function fill(file: FileHandle, bytes: Buffer): Promise<Buffer> {
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled)
    if (bytesRead === 0) return bytes.subarray(0, filled)
    filled += bytesRead
  }
  return bytes
}
