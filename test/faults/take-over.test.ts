import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { startPostgres, withoutPostgres } from '../support/postgres.ts'

/** How long another gateway may take, and a busy machine to show it, in milliseconds; a lease that nobody gives back is over after 20 s. */
const afterKillMs = 45_000
const afterStopMs = 15_000

describe('a channel that is open once in the cluster', { skip: withoutPostgres() ?? false }, () => {
  test('is open on one gateway, on another within 30 s after a kill, and soon after a stop', async context => {
    await using server = await startPostgres()
    const { folder, remove } = await scratch()
    context.after(remove)
    await mkdir(join(folder, 'pipelines'))
    await mkdir(join(folder, 'in'))
    const yaml = `pipelines:\n  take:\n    channels:\n      - file: { folder: ${join(folder, 'in')}, every: 200ms }\n    steps:\n      - log: taken\n`
    await writeFile(join(folder, 'pipelines/files.yaml'), yaml)
    const environment = { SLUICE_STORE: server.url }
    const start = (): Promise<GatewayProcess> => startProcess({ config: join(folder, 'pipelines'), environment })
    const [first, second] = [await start(), await start()]
    const holder = await Promise.race([first, second].map(async node => node.seen(/"event":"lease taken"/).then(() => node)))
    const other = holder === first ? second : first
    await other.seen(/this one stands by/)
    await writeFile(join(folder, 'in/one.txt'), 'one')
    await holder.seen(/"event":"access"/)
    holder.signal('SIGKILL')
    const killed = performance.now()
    await other.seen(/"event":"lease taken"/)
    const tookMs = performance.now() - killed
    assert.ok(tookMs < afterKillMs, `${Math.round(tookMs)} ms`)
    await writeFile(join(folder, 'in/two.txt'), 'two')
    await other.seen(/"event":"access"/)
    const third = await start()
    await third.seen(/this one stands by/)
    const stopped = performance.now()
    assert.equal(await other.stop(), 0)
    await third.seen(/"event":"lease taken"/)
    const soonMs = performance.now() - stopped
    assert.ok(soonMs < afterStopMs, `${Math.round(soonMs)} ms`)
    context.diagnostic(`taken over ${Math.round(tookMs)} ms after a kill, ${Math.round(soonMs)} ms after a stop`)
    assert.equal(await third.stop(), 0)
  })
})
