import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './gateway.ts'

/** A disk of a few megabytes of one's own: a tmpfs. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string
  /** Leaves no room at all. */
  fill(): void
  empty(): void
  /** Only while nobody has a file on it open for writing. */
  readOnly(is: boolean): void
}

/** A sentence where there can be none: mounting needs root. */
export const withoutDisk: string | false = mounts() ? false : 'mounting a tmpfs needs root and its capabilities'

export async function smallDisk(megabytes: number): Promise<SmallDisk> {
  const { folder, remove } = await scratch()
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill: () => {
      const file = openSync(ballast, 'a')
      try {
        for (const size of [65_536, 4096, 1]) while (writes(file, Buffer.alloc(size)));
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    readOnly: is => mount('-o', `remount,${is ? 'ro' : 'rw'}`, folder),
    [Symbol.asyncDispose]: async () => {
      // Lazily: a process that was killed may be on its way out.
      run('umount', '-l', folder)
      await remove()
    },
  }
}

function writes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length
  } catch {
    return false
  }
}

function run(command: string, ...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(command, args, { encoding: 'utf8' })
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = run('mount', ...args)
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
}

/** In a name space of its own, which is gone with the process that tries. */
function mounts(): boolean {
  return process.getuid?.() === 0 && run('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt').status === 0
}
