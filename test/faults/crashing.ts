import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type GatewayProcess, root, scratch, startProcess } from '../support/gateway.ts'

/** Two gateways, one after the other, on one folder: the first ends where it is told to. */
export interface Crashing {
  readonly folder: string
  /** Below the folder. */
  write(path: string, content: string | Uint8Array): Promise<void>
  /** `LIFE` is 0 for it; `crash` as `crash.ts` reads it, nothing where somebody else kills it. */
  first(crash?: string): Promise<GatewayProcess>
  /** When the first one is dead. `LIFE` is 1 for it. */
  second(): Promise<GatewayProcess>
}

export async function crashing(context: TestContext, yaml: string, environment: Readonly<Record<string, string>> = {}): Promise<Crashing> {
  const { folder, remove } = await scratch()
  context.after(remove)
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  await write('pipelines/a.yaml', yaml)
  const start = (more: Readonly<Record<string, string>>): Promise<GatewayProcess> =>
    startProcess({
      config: join(folder, 'pipelines'),
      environment: { SLUICE_DATA: join(folder, 'data'), FOLDER: folder, ...environment, ...more },
    })
  let dead: GatewayProcess | undefined
  return {
    folder,
    write,
    async first(crash = '') {
      dead = await start({ LIFE: '0', CRASH: crash, NODE_OPTIONS: `--import=${join(root, 'test/faults/crash.ts')}` })
      context.after(() => dead?.signal('SIGKILL'))
      return dead
    },
    async second() {
      // One that died before it was ready never came to be known: its start failed by that.
      if (dead !== undefined) assert.equal(await dead.exited, null, 'it was killed')
      const gateway = await start({ LIFE: '1' })
      context.after(() => gateway.stop())
      return gateway
    },
  }
}
