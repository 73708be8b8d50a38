import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { seeded } from './seeded.ts'

/** How often each gateway is killed; `npm run test:faults` has 100. */
export const kills = Number(process.env['KILLS'] ?? 10)
export const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

/** A gateway that is killed again and again, and started anew on what it left. */
export interface Mortal {
  /** Holds the configuration in `pipelines`, and whatever the scenario puts beside it. */
  readonly folder: string
  /** Which gateway runs, or is being started. */
  readonly life: number
  /** Resolves to the one that takes messages; undefined when the last one is to take no more. */
  up(): Promise<GatewayProcess | undefined>
  /** Kills it at random moments, also before it is ready; resolves to the one that is left alive, which runs what is left. */
  killAll(): Promise<GatewayProcess>
}

export interface MortalOptions {
  /** How often; `kills` by default. */
  readonly times?: number
  readonly yaml: (folder: string) => string
  readonly environment?: Readonly<Record<string, string>>
  /** Called before each life. */
  readonly before?: (life: number) => Promise<void>
}

/** So long lives at most one that works, one that is ready, and one that is not to become ready, in milliseconds. */
const [worksMs, livesMs, startsMs] = [400, 400, 800]
/** After so long one that does not work is killed nevertheless. */
const idleMs = 5_000

export async function mortal(context: TestContext, { times = kills, yaml, environment, before }: MortalOptions): Promise<Mortal> {
  const { folder, remove } = await scratch()
  context.after(remove)
  await mkdir(join(folder, 'pipelines'))
  await writeFile(join(folder, 'pipelines/a.yaml'), yaml(folder))
  const random = seeded(seed)
  let life = 0
  let up = Promise.withResolvers<GatewayProcess | undefined>()

  const start = async (spawned?: (pid: number) => void): Promise<GatewayProcess> =>
    await startProcess({
      config: join(folder, 'pipelines'),
      environment: { SLUICE_DATA: join(folder, 'data'), LIFE: String(life), ...environment },
      ...(spawned !== undefined && { spawned }),
    })
  const dieEarly = async (): Promise<void> => {
    const spawned = Promise.withResolvers<number>()
    const started = start(spawned.resolve)
    const ended = started.then(
      gateway => gateway.exited,
      () => {},
    )
    const pid = await Promise.race([spawned.promise, ended.then(() => null)])
    if (typeof pid !== 'number') return
    await Promise.race([started.catch(() => {}), setTimeout(100 + random() * startsMs)])
    process.kill(pid, 'SIGKILL')
    await ended
  }
  const liveAndDie = async (): Promise<void> => {
    const kind = random()
    await before?.(life)
    if (kind < 0.2) return await dieEarly()
    const gateway = await start()
    up.resolve(gateway)
    if (kind < 0.4) await setTimeout(random() * livesMs)
    else {
      await Promise.race([gateway.seen(/"event":"access"/), setTimeout(idleMs)])
      await setTimeout(random() * worksMs)
    }
    up = Promise.withResolvers()
    gateway.signal('SIGKILL')
    await gateway.exited
  }

  return {
    folder,
    get life() {
      return life
    },
    up: () => up.promise,
    async killAll() {
      for (; life < times; life++) await liveAndDie()
      await before?.(life)
      const last = await start()
      context.after(() => last.stop())
      up.resolve(undefined)
      return last
    },
  }
}
