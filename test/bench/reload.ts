/** From a changed file to its effect: of a thousand pipelines one; of the example, at rest and under load. */
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from '../../engine/config/load.ts'
import { Memory } from '../../engine/config/memory.ts'
import type { Model } from '../../engine/core/model.ts'
import { Registry } from '../../engine/registry/registry.ts'
import { type GatewayProcess, root, startProcess } from '../support/gateway.ts'
import { withFolder } from './support/contest.ts'
import { quantile } from './support/measure.ts'
import { startCalls } from './support/steady.ts'

const many = 1_000
const rounds = Number(process.env.BENCH_ROUNDS ?? 20)
const perSecond = 500

interface Change {
  /** From the start of the reload, as the gateway says, and from before the file was written, in milliseconds. */
  readonly reloadMs: number
  readonly effectMs: number
}

const constant = (name: string, version: number): string => `  ${name}:
    channels:
      - http: /${name}
        security: none
    steps:
      - transform: ${version}
`

const rate = (at: number): string => `  rate-${at}:
    input:
      type: object
      properties:
        year: { type: integer }
        month: { type: integer }
        day-${at}: { type: integer, minimum: 1, maximum: 31 }
    channels:
      - http: { path: /rates/${at}, method: POST }
        security: none
    steps:
      - set:
          date: \${{ $formatNumber(year, '0000') & '-${at}' }}
      - call: rates.get
        with:
          key: \${{ $date & '${at}' }}
        as: rate
      - fail:
          code: no-rate
          status: 404
          message: there is no rate for \${{ $date }}
        when: \${{ $not($exists($rate)) }}
    reply:
      body:
        rate: \${{ $rate }}
`

await withFolder(async folder => {
  process.stdout.write(`\nOf ${many} pipelines one changed, ${rounds} times\n`)
  for (const perFile of [1, 50, many]) await thousand(join(folder, `files-of-${perFile}`), perFile)
  process.stdout.write(`\nThe example, and a pipeline beside it changed ${rounds} times\n`)
  await cp(join(root, 'pipelines'), join(folder, 'example'), { recursive: true })
  for (const rate of [0, perSecond]) await example(join(folder, 'example'), rate)
})

async function thousand(folder: string, perFile: number): Promise<void> {
  await mkdir(folder)
  await writeFile(join(folder, 'connectors.yaml'), 'connectors:\n  rates: cache\n')
  const textOf = (file: number, version: number): string => {
    const others = Array.from({ length: perFile - 1 }, (_, at) => rate(file * perFile + at))
    return `pipelines:\n${constant(file === 0 ? 'changing' : `constant-${file}`, version)}${others.join('')}`
  }
  for (let file = 0; file < many / perFile; file++) await writeFile(join(folder, `part-${file}.yaml`), textOf(file, 0))
  const change = (version: number): Promise<void> => writeFile(join(folder, 'part-0.yaml'), textOf(0, version))
  const gateway = await startProcess({ config: folder })
  try {
    tell(`${perFile} in a file`, await changes(gateway, change))
  } finally {
    await gateway.stop()
  }
  process.stdout.write(`    ${await touched(folder, change)} of them made anew\n`)
}

async function example(folder: string, rate: number): Promise<void> {
  const change = (version: number): Promise<void> =>
    writeFile(join(folder, 'changing.yaml'), `pipelines:\n${constant('changing', version)}${constant('steady', 0)}`)
  await change(0)
  const gateway = await startProcess({ config: folder })
  const calls = startCalls(`${gateway.url}/steady`, rate)
  try {
    tell(rate === 0 ? 'at rest' : `at ${rate} requests a second`, await changes(gateway, change))
  } finally {
    const { latencies, failed } = await calls.stop()
    const part = (share: number): string => `${quantile(latencies, share).toFixed(1)} ms`
    if (rate > 0)
      process.stdout.write(`    ${latencies.length} requests, ${failed} failed: median ${part(0.5)}, p99 ${part(0.99)}, worst ${part(1)}\n`)
    await gateway.stop()
  }
}

/** One change after the other, the first ones to warm up. */
async function changes(gateway: GatewayProcess, change: (version: number) => Promise<void>): Promise<readonly Change[]> {
  const done: Change[] = []
  for (let version = 1; version <= rounds + 3; version++) {
    const from = gateway.lines.length
    const started = performance.now()
    await change(version)
    while ((await (await fetch(`${gateway.url}/changing`)).text()) !== String(version)) await new Promise(resolve => setTimeout(resolve, 2))
    const effectMs = performance.now() - started
    const [, reloadMs] = await gateway.seen(/"outcome":"applied".*"durationMs":(\d+)/, from)
    done.push({ effectMs, reloadMs: Number(reloadMs) })
  }
  return done.slice(3)
}

function tell(name: string, changes: readonly Change[]): void {
  const row = (of: (change: Change) => number): string =>
    [0.5, 1].map(part => `${quantile(changes.map(of), part).toFixed(0).padStart(5)}`).join(' / ')
  process.stdout.write(
    `  ${name.padEnd(28)} reload ${row(({ reloadMs }) => reloadMs)} ms   file to effect ${row(({ effectMs }) => effectMs)} ms   (median / worst)\n`,
  )
}

/** How many pipelines a change makes anew. */
async function touched(folder: string, change: (version: number) => Promise<void>): Promise<number> {
  const registry = await Registry.open()
  const memory = new Memory()
  const read = async (): Promise<Model> => {
    const { model } = await load({ folder, environment: {}, registry, memory, listen: { host: '127.0.0.1', port: 0 } })
    if (model === undefined) throw new Error('the configuration of the bench is wrong')
    return model
  }
  const before = await read()
  await change(0)
  const after = await read()
  registry.close()
  return [...after.pipelines].filter(([name, pipeline]) => before.pipelines.get(name) !== pipeline).length
}
