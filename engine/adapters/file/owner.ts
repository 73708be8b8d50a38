import { randomBytes } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who works on files: this process on this machine, in its own space of process numbers, once for every consumer. */
export async function nameOwner(): Promise<string> {
  const [space, born] = await Promise.all([spaceOf(), bornOf(process.pid)])
  return [hostname().replaceAll(/[^A-Za-z0-9.-]/g, '-'), space, process.pid, born, randomBytes(6).toString('hex')].join('_')
}

/** True where `own` can tell that the process of `owner` is over: one of this machine that is not there any more. */
export async function isOver(owner: string, own: string): Promise<boolean> {
  const [host, space, number, born] = owner.split('_')
  const [ownHost, ownSpace] = own.split('_')
  if (host !== ownHost || space !== ownSpace || space === unknown || born === unknown) return false
  const pid = Number(number)
  if (!Number.isInteger(pid) || pid <= 0) return false
  const now = await bornOf(pid)
  return now === unknown ? !isThere(pid) : now !== born
}

const unknown = '0'

/** Containers have process numbers of their own, perhaps under one name of the machine. */
const spaceOf = async (): Promise<string> => /\d+/.exec(await readlink('/proc/self/ns/pid').catch(() => ''))?.[0] ?? unknown

/** When a process began, in ticks since the machine did: numbers are given again. */
async function bornOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name of the program, in brackets, may have anything in it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? unknown
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
