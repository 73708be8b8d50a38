import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { secretUrl } from '../../engine/core/secret.ts'
import type { TickRecord } from '../../engine/core/ticks.ts'
import { tickHistory } from '../../engine/durable/tick-history.ts'
import { reachedKey } from '../../engine/durable/tick-keys.ts'
import { PostgresStore } from '../../engine/store/postgres/postgres.ts'
import { type GatewayProcess, scratch, startProcess } from '../support/gateway.ts'
import { startHttp } from '../support/http-server.ts'
import { startPostgres, withoutPostgres } from '../support/postgres.ts'
import { scrape } from '../support/scrape.ts'
import { judge, type TickJournal, type TickRun } from './tick-journal.ts'

/** How long, and how many schedules of one tick a second; `npm run test:cluster` has 300 and 200. */
const seconds = Number(process.env['CLUSTER_SECONDS'] ?? 12)
const schedules = Number(process.env['CLUSTER_SCHEDULES'] ?? 20)
/** After the last kill, what the dead node worked on is another's after so long. */
const takeOverMs = 45_000
/** What a node said last before a kill may be lost; and what it said of was that old. */
const unsaidMs = 10_000
const isLong = seconds * 1000 > takeOverMs * 2

describe('three gateways that share a store', { skip: withoutPostgres() ?? false }, () => {
  test(`${schedules} schedules run each tick once, while gateways are killed`, async context => {
    await using server = await startPostgres()
    const runs: TickRun[] = []
    await using journal = await startHttp((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        runs.push(JSON.parse(Buffer.concat(chunks).toString()))
        response.end()
      })
    })
    const { folder, remove } = await scratch()
    context.after(remove)
    const names = Array.from({ length: schedules }, (_, at) => `tick${at}`)
    const channels = new Map(names.map((name, at) => [name, `channel/${at % 2 === 0 ? 'all' : 'last'}/${name}`]))
    await mkdir(join(folder, 'pipelines'))
    await writeFile(join(folder, 'pipelines/ticks.yaml'), yaml(names, journal.url))
    const environment = { SLUICE_STORE: server.url, SLUICE_LOG: 'warn,json' }
    const start = (): Promise<GatewayProcess> => startProcess({ config: join(folder, 'pipelines'), environment })
    const nodes = [await start(), await start(), await start()]
    const lines: string[] = []
    const from = Date.now() + 1_000
    const until = from + seconds * 1000
    const killUntil = isLong ? until - takeOverMs : until - 3_000
    const kills: number[] = []
    while (Date.now() < killUntil) {
      await setTimeout(isLong ? 3_000 + Math.random() * 10_000 : 3_000)
      const at = Math.floor(Math.random() * nodes.length)
      const node = nodes[at]
      assert.ok(node !== undefined)
      node.signal('SIGKILL')
      await node.exited
      lines.push(...node.lines)
      kills.push(Date.now())
      nodes[at] = await start()
    }
    await setTimeout(Math.max(0, until - Date.now()))
    const to = Date.now()
    const store = new PostgresStore(secretUrl(server.url))
    context.after(() => store.close())
    await dealt(store, [...channels.values()], to)
    const cpu = await Promise.all(nodes.map(({ admin }) => cpuOf(admin)))
    assert.deepEqual(await Promise.all(nodes.map(node => node.stop())), [0, 0, 0])
    lines.push(...nodes.flatMap(node => node.lines))

    const records = new Map<string, readonly TickRecord[]>()
    const open = new Map<string, readonly { tick: number; held: boolean }[]>()
    for (const [name, id] of channels) {
      records.set(name, await tickHistory(store, id, 10_000))
      const entries = await store.list({ kind: 'tick', group: id, limit: 1000 })
      open.set(
        name,
        entries.map(({ head, lease }) => ({ tick: (head as { tick: number }).tick, held: lease !== undefined && !isLong })),
      )
    }
    const count = [...records.values()].reduce((sum, all) => sum + all.length, 0)
    const ticks = runs.map(run => ({ ...run, tick: Date.parse(String(run.tick)) }))
    const strict = new Set(names.filter((_, at) => at % 2 === 0))
    const unsaid = (name: string, tick: number): boolean =>
      !strict.has(name) && kills.some(killed => killed - unsaidMs < tick && tick < killed)
    const found: TickJournal = { every: 1_000, from, to, runs: ticks, records, open, missed: missedIn(lines, channels), unsaid }
    const again = ticks.filter(({ attempt }) => attempt > 1).length
    context.diagnostic(
      `${kills.length} kills, ${count} ticks, ${runs.length} runs, ${again} of them again; ${[...found.missed.values()].reduce((sum, one) => sum + one, 0)} missed, cpu ${cpu.join(' ')} s`,
    )
    assert.ok(kills.length > 0 && count > (schedules * seconds) / 2, `${kills.length} kills, ${count} ticks`)
    assert.deepEqual(judge(found), [])
    assert.deepEqual(
      [...strict].filter(name => (found.missed.get(name) ?? 0) > 0),
      [],
      'nothing is missed where all is caught up',
    )
  })
})

const record = (tick: number, outcome: TickRecord['outcome'] = 'ran'): TickRecord => {
  return { tick, why: 'tick', outcome, attempts: 1, node: 'one', begun: tick, ended: tick }
}
const run = (tick: number, attempt = 1): TickRun => ({ channel: 'a', tick, attempt })
const good = { every: 1_000, from: 0, to: 3_000, open: new Map(), missed: new Map() }
const all = [1_000, 2_000, 3_000]
const planted: readonly { readonly name: string; readonly journal: TickJournal; readonly want: readonly string[] }[] = [
  {
    name: 'each once',
    journal: { ...good, runs: all.map(tick => run(tick)), records: new Map([['a', all.map(tick => record(tick))]]) },
    want: [],
  },
  {
    name: 'a tick that nobody knows',
    journal: { ...good, runs: [run(1_000), run(3_000)], records: new Map([['a', [record(1_000), record(3_000)]]]) },
    want: ['a lacks 1 ticks, 1970-01-01T00:00:02.000Z, and 0 were counted'],
  },
  {
    name: 'a tick that two claimed',
    journal: { ...good, runs: [...all, 2_000].map(tick => run(tick)), records: new Map([['a', all.map(tick => record(tick))]]) },
    want: ['a 1970-01-01T00:00:02.000Z was claimed twice', 'a 1970-01-01T00:00:02.000Z ran 2 times in 1 attempts'],
  },
  {
    name: 'a run that was lost',
    journal: { ...good, runs: [run(1_000), run(2_000)], records: new Map([['a', all.map(tick => record(tick))]]) },
    want: ['a 1970-01-01T00:00:03.000Z is said to have run'],
  },
  {
    name: 'a tick that is put down and left alone',
    journal: {
      ...good,
      runs: [run(1_000), run(2_000)],
      records: new Map([['a', [record(1_000), record(2_000)]]]),
      open: new Map([['a', [{ tick: 3_000, held: false }]]]),
    },
    want: ['a 1970-01-01T00:00:03.000Z was left alone'],
  },
  {
    name: 'a tick that ran although it was skipped',
    journal: {
      ...good,
      runs: all.map(tick => run(tick)),
      records: new Map([['a', [record(1_000), record(2_000), record(3_000, 'skipped')]]]),
    },
    want: ['a 1970-01-01T00:00:03.000Z ran, and is skipped'],
  },
]

for (const { name, journal, want } of planted) test(`the judge of ticks sees: ${name}`, () => assert.deepEqual(judge(journal), want))

/** Seconds of processor time since a gateway began. */
async function cpuOf(admin: string): Promise<number> {
  const samples = scrape(await (await fetch(`${admin}/metrics`)).text())
  return Math.round(samples.find(({ name }) => name === 'process_cpu_seconds_total')?.value ?? 0)
}

/** Resolves when all ticks up to `to` are dealt with: a machine that has much to do is late with them. */
async function dealt(store: PostgresStore, channels: readonly string[], to: number): Promise<void> {
  const deadline = Date.now() + 60_000
  for (const channel of channels)
    while ((((await store.get('fact', reachedKey(channel)))?.head as { tick: number } | undefined) ?? { tick: 0 }).tick < to - 1_000) {
      assert.ok(Date.now() < deadline, `${channel} is a minute late`)
      await setTimeout(200)
    }
}

/** Half of them run all that they missed, and beside each other; half are as they are by default. */
function yaml(names: readonly string[], url: string): string {
  const pipeline = (name: string, options: string, mine: readonly string[]): string => `  ${name}:
    channels:
${mine.map(channel => `      - schedule: { every: 1s${options} }\n        name: ${channel}\n`).join('')}    steps:
      - call: journal.post
        with:
          path: /runs
          body:
            channel: \${{ $meta.channel }}
            tick: \${{ $meta.tick }}
            attempt: \${{ $meta.attempt }}
`
  const strict = names.filter((_, at) => at % 2 === 0)
  const usual = names.filter((_, at) => at % 2 === 1)
  return `connectors:\n  journal:\n    http: { url: ${url} }\npipelines:\n${pipeline('all', ', overlap: allow, catchup: all', strict)}${pipeline('last', '', usual)}`
}

function missedIn(lines: readonly string[], channels: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const names = new Map([...channels].map(([name, id]) => [id, name]))
  const missed = new Map<string, number>()
  for (const line of lines) {
    const { event, component, missed: count } = JSON.parse(line)
    const name = names.get(component)
    if (event === 'schedule ticks missed' && name !== undefined) missed.set(name, (missed.get(name) ?? 0) + count)
  }
  return missed
}
