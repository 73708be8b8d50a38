import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, lstat, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { codeOf } from './look.ts'

/** Moves a file, and overwrites none: false where the name is taken. The folders above the new name are made. */
export async function moveTo(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true })
  return await place(from, to)
}

/** As `moveTo`; where the name is taken, the time is put into it: `orders.20260504T080000000Z.csv`. */
export async function moveBeside(from: string, to: string, at: number): Promise<void> {
  if (await moveTo(from, to)) return
  const ending = extname(to)
  const stamp = new Date(at).toISOString().replaceAll(/[-:.]/g, '')
  const stem = to.slice(0, to.length - ending.length)
  if (await place(from, `${stem}.${stamp}${ending}`)) return
  await place(from, `${stem}.${stamp}.${randomUUID()}${ending}`)
}

/** By a second name and the end of the first, since a rename overwrites. */
async function place(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return await isOne(from, to)
    if (code === 'EXDEV') return await copy(from, to)
    if (!linkless.has(code)) throw error
    if (await exists(to)) return false
    await rename(from, to)
    return true
  }
  await unlink(from)
  return true
}

/** Where files cannot have two names, or not by us (`fs.protected_hardlinks`). */
const linkless: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'])

/** A crash came between the second name and the end of the first. */
async function isOne(from: string, to: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(from), lstat(to)])
  if (a.ino !== b.ino || a.dev !== b.dev || a.nlink < 2) return false
  await unlink(from)
  return true
}

/** To another file system: whole, on the disk and under a hidden name, before it takes its own. */
async function copy(from: string, to: string): Promise<boolean> {
  const part = join(dirname(to), `.${randomUUID()}.part`)
  try {
    await copyFile(from, part, constants.COPYFILE_EXCL)
    const file = await open(part, 'r')
    await file.sync().finally(() => file.close())
    if (!(await place(part, to))) return false
    await unlink(from)
    return true
  } finally {
    await unlink(part).catch(() => {})
  }
}

const exists = async (path: string): Promise<boolean> =>
  await lstat(path).then(
    () => true,
    error => {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    },
  )
