import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Gateway, startGateway } from '../../engine/cli/gateway.ts'
import { standardLimits } from '../../engine/compile/load.ts'
import { Secret } from '../../engine/core/secret.ts'
import { standardBounds } from '../../engine/durable/dead-letters.ts'
import type { Outcome } from '../../engine/runtime/outcome.ts'
import type { Settings } from '../../engine/settings.ts'
import { scratch } from './gateway.ts'

/** A whole gateway in this process, on a folder of its own, on any free ports. */
export interface House extends AsyncDisposable {
  readonly gateway: Gateway
  readonly folder: string
  /** How the attempts to change the configuration ended, the start the first. */
  readonly outcomes: readonly Outcome[]
  /** Resolves to the first outcome of this kind that is told from here on. */
  next(kind: Outcome['kind']): Promise<Outcome>
  /** Writes files (text; undefined removes one). */
  write(files: Readonly<Record<string, string | undefined>>): Promise<void>
  /** Lines of the log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  /** Forgets the log and the outcomes so far. */
  forget(): void
  /** `http://127.0.0.1:port` of a listener. */
  url(listener?: string): string
  /** Writes files (text; undefined removes one), and applies what is there then. */
  change(files: Readonly<Record<string, string | undefined>>): Promise<Outcome>
}

export interface HouseOptions {
  readonly watch?: boolean
  readonly deadLetters?: Settings['deadLetters']
  readonly inFlight?: Settings['inFlight']
  /** `memory` by default; `sqlite` opens a file at its first use, below `data`; or where a database is. */
  readonly store?: string
  /** A folder that outlives it; one of its own by default. */
  readonly data?: string
}

/** `files` by name below the folder: `pipelines/a.yaml`, `plugins/x/plugin.ts`. */
export async function openHouse(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  { watch = false, deadLetters = standardBounds, inFlight = standardLimits, store = 'memory', data }: HouseOptions = {},
): Promise<House> {
  const { folder, remove } = await scratch()
  const outcomes: Outcome[] = []
  const listeners = new Set<(outcome: Outcome) => void>()
  const log: Readonly<Record<string, unknown>>[] = []
  let written = 0
  const write = async (all: Readonly<Record<string, string | undefined>>): Promise<void> => {
    for (const [name, text] of Object.entries(all)) {
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true })
      if (text === undefined) {
        await rm(file)
        continue
      }
      // At once: who watches and finds it empty takes it for a whole one.
      const beside = join(folder, `.written-${written++}`)
      await writeFile(beside, text)
      await rename(beside, file)
    }
  }
  await mkdir(join(folder, 'plugins'), { recursive: true })
  await write(files)
  const free = { host: '127.0.0.1', port: 0 }
  const settings = {
    config: [join(folder, 'pipelines')],
    plugins: join(folder, 'plugins'),
    data: data ?? join(folder, 'data'),
    store: new Secret(store),
    listen: free,
    admin: free,
    health: undefined,
    deadLetters,
    inFlight,
    watchdog: false,
    stop: { leaveMs: 0, graceMs: 25_000 },
    watch,
    log: { level: 'info', format: 'json' },
  } as const
  const note = (text: string): void => {
    for (const line of text.split('\n')) if (line !== '') log.push(JSON.parse(line))
  }
  const told = (outcome: Outcome): void => {
    outcomes.push(outcome)
    for (const listener of listeners) listener(outcome)
  }
  const gateway = await startGateway({ settings, environment, write: note, serving: true, told })
  return {
    gateway,
    folder,
    outcomes,
    next: kind =>
      new Promise(resolve => {
        const listener = (outcome: Outcome): void => {
          if (outcome.kind !== kind) return
          listeners.delete(listener)
          resolve(outcome)
        }
        listeners.add(listener)
      }),
    write,
    forget() {
      log.length = 0
      outcomes.length = 0
    },
    log,
    url(listener = 'public') {
      const address = gateway.listeners.address(listener)
      return `http://127.0.0.1:${address?.port}`
    },
    async change(all) {
      await write(all)
      return await gateway.runtime.reload()
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop(1_000)
      await remove()
    },
  }
}
