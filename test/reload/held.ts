import { readdirSync, readlinkSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What this process holds of its system. */
export interface Held {
  /** Bytes. */
  readonly heap: number
  readonly handles: Readonly<Record<string, number>>
  readonly descriptors: readonly string[]
}

/** What is held at a moment when no file is read or written. */
export async function held(): Promise<Held> {
  const collect = collector()
  let heap = Number.POSITIVE_INFINITY
  for (;;) {
    while (isBusy()) await turn()
    for (let round = 0; round < 8; round++) {
      collect()
      await turn()
      heap = Math.min(heap, process.memoryUsage().heapUsed)
    }
    if (isBusy()) continue
    const handles: Record<string, number> = {}
    for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1
    return { heap, handles, descriptors: descriptors() }
  }
}

/** A file is read, written or closed: revisions are kept in the background, one after the other. */
const isBusy = (): boolean => process.getActiveResourcesInfo().some(kind => /^(FSReq|CloseReq)/.test(kind))

/** The same when nothing is more than before; else, after ten seconds, as it is then. */
export async function heldAgain(before: Held): Promise<Held> {
  const late = performance.now() + 10_000
  for (;;) {
    const now = await held()
    if (more(now, before).length === 0 || performance.now() > late) return now
  }
}

/** What there is more of than before. */
export function more(now: Held, before: Held): readonly string[] {
  const handles = Object.entries(now.handles).filter(([kind, count]) => count > (before.handles[kind] ?? 0))
  const files = now.descriptors.filter(
    (name, at) => now.descriptors.slice(0, at + 1).filter(one => one === name).length > count(before, name),
  )
  return [...handles.map(([kind, number]) => `${kind}: ${number}`), ...files]
}
const count = ({ descriptors: all }: Held, name: string): number => all.filter(one => one === name).length

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** What every open file is, without the numbers of sockets. */
function descriptors(): readonly string[] {
  return readdirSync('/proc/self/fd')
    .flatMap(number => {
      try {
        return [readlinkSync(`/proc/self/fd/${number}`).replace(/\[\d+\]/, '')]
      } catch {
        return []
      }
    })
    .sort()
}
